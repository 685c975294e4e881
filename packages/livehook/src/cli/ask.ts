// livehook ask <command>: asks the service about a *before* event, and tells the verdict in words and as an exit code.

import type { AskAnswer } from '../http/contract.ts'
import { clientFromEnvironment } from './api-client.ts'
import { chooseApp } from './app-choice.ts'
import { answerLines, endByAnswers } from './ask-answer.ts'
import type { CliIo } from './io.ts'
import { line } from './io.ts'
import type { AskOptions } from './options.ts'
import { postEvent } from './post-event.ts'
import { bodyFor } from './sample-body.ts'

export async function ask(command: string, options: AskOptions, io: CliIo): Promise<void> {
  const body = await bodyFor(command, options, io)
  const client = clientFromEnvironment(io)
  const sdkAppId = await chooseApp(client, options.app)
  const answer = await postEvent<AskAnswer>(client, 'asks', { command, sdkAppId, body, options })
  line(io.stdout, options.json === true ? JSON.stringify(answer) : answerLines(answer).join('\n'))
  endByAnswers([answer])
}
