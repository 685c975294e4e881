// livehook ask <command>: asks the service about a *before* event, and tells the verdict in words and as an exit code.

import type { AskAnswer } from '../../http/contract/contract.ts'
import { answerLines, endByAnswers } from './ask-answer.ts'
import { eventToPost } from './event-to-post.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import type { AskOptions } from '../input/options.ts'
import { postEvent } from './post-event.ts'

export async function ask(command: string, options: AskOptions, io: CliIo): Promise<void> {
  const { client, sdkAppId, body } = await eventToPost(command, options, io)
  const answer = await postEvent<AskAnswer>(client, 'asks', { command, sdkAppId, body, options })
  line(io.stdout, options.json === true ? JSON.stringify(answer) : answerLines(answer).join('\n'))
  endByAnswers([answer])
}
