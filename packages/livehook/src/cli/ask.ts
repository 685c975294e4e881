// livehook ask <command>: asks the service about a *before* event, and tells the verdict in words and as an exit code.

import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { messageOf } from '../domain/error-facts.ts'
import type { AskAnswer } from '../http/contract.ts'
import { clientFromEnvironment } from './api-client.ts'
import { chooseApp } from './app-choice.ts'
import type { CliIo } from './io.ts'
import { CliError, line } from './io.ts'
import type { AskOptions } from './options.ts'
import { setMember } from './set-member.ts'
import { sampleBody } from './trigger.ts'
import { decisionText } from './verdict-text.ts'

export async function ask(command: string, options: AskOptions, io: CliIo): Promise<void> {
  const body = await bodyOf(command, options, io)
  const client = clientFromEnvironment(io)
  const sdkAppId = await chooseApp(client, options.app)
  const query = new URLSearchParams({ command })
  if (options.clientIp !== undefined) query.set('clientIp', options.clientIp)
  if (options.platform !== undefined) query.set('optPlatform', options.platform)
  if (options.deadlineMs !== undefined) query.set('deadlineMs', options.deadlineMs)
  const answer = await client.postBytes<AskAnswer>(`/v1/apps/${sdkAppId}/asks?${query.toString()}`, body)
  line(io.stdout, options.json === true ? JSON.stringify(answer) : describe(answer))
  endBy(answer)
}

async function bodyOf(command: string, options: AskOptions, io: CliIo): Promise<Uint8Array> {
  if (options.body === undefined) {
    const body = sampleBody(command)
    for (const assignment of options.set ?? []) setMember(body, assignment)
    return new TextEncoder().encode(JSON.stringify(body))
  }
  if (options.set !== undefined) throw new CliError('usage', '--set changes the sample; with --body there is none.')
  if (options.body === '-') return buffer(io.stdin)
  try {
    return readFileSync(options.body)
  } catch (error) {
    throw new CliError('usage', `The body cannot be read from ${options.body}: ${messageOf(error)}`)
  }
}

function describe(answer: AskAnswer): string {
  const replaced = Object.keys(answer.replace)
  return [
    decisionText(answer),
    ...(replaced.length === 0 ? [] : [`  in place of the event's own: ${replaced.join(', ')}`]),
    ...(answer.rule === null ? [] : [`  by the rule ${answer.rule}`]),
    `  ${answer.decisionId}`,
  ].join('\n')
}

/** Who asked in a script goes on only where the event may pass and somebody said so in time. */
function endBy({ verdict, failureClass, deadlineMs }: AskAnswer): void {
  if (failureClass === 'timeout') {
    throw new CliError('deadline', `There was no verdict within ${deadlineMs} ms; the failure policy decided.`)
  }
  if (verdict !== 'allow') {
    throw new CliError('denied', verdict === 'deny' ? 'The event was denied.' : 'The event was dropped.')
  }
}
