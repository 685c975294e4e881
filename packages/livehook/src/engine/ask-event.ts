// A *before* event as a sender hands it in: of a command that is asked, well formed, completed as every event is. And what
// the sender gets for it.

import { completeBody } from '@livehook/protocol/node'
import { findCommand, suggestCommands } from '@livehook/protocol/catalogue'
import type { CommandFacts } from '@livehook/protocol/catalogue'
import { ServiceError } from '../domain/service-error.ts'
import type { Verdict } from '../domain/verdict.ts'
import type { DecisionSummary } from '../store/port-decisions.ts'
import { checkClient } from './intake.ts'

/** A question as it comes in. */
export interface Ask {
  readonly sdkAppId: number
  /** The word of a *before* command. */
  readonly command: string
  /** The webhook's body, as bytes. */
  readonly body: Uint8Array
  /** Address of the client whose action this is. */
  readonly clientIp: string
  /** That client's platform, one of the wire's words. */
  readonly optPlatform: string
  readonly traceparent?: string
  /** Shortens the webhook's deadline; a longer one changes nothing. */
  readonly deadlineMs?: number
  /** Nobody waits for the answer any more: the exchange is cut off. */
  readonly signal?: AbortSignal
}

/** What came of an ask. */
export interface Decision extends Omit<DecisionSummary, 'shadowDiffers'>, Pick<Verdict, 'replace'> {}

/** @throws ServiceError saying what is wrong with the question */
export function checkAsk(ask: Ask, at: number): { readonly command: CommandFacts; readonly body: Uint8Array } {
  const command = askedCommand(ask.command)
  checkClient(ask, null)
  if (ask.deadlineMs !== undefined && !(ask.deadlineMs >= 1)) {
    throw new ServiceError('invalid_request', 'deadlineMs is a number of milliseconds, at least 1.', {
      errors: [{ pointer: '?deadlineMs', detail: 'must be at least 1' }],
    })
  }
  const completed = completeBody(ask.body, { command: ask.command, eventTime: at })
  if (completed.kind === 'refused') {
    throw new ServiceError(completed.code, completed.detail, { errors: [{ pointer: '', detail: completed.detail }] })
  }
  return { command, body: completed.bytes }
}

function askedCommand(word: string): CommandFacts {
  const command = findCommand(word)
  if (command === undefined) {
    const near = suggestCommands(word)
    const hint = near.length === 0 ? 'docs/commands.md lists the commands.' : `Did you mean ${near.join(' or ')}?`
    const detail = `There is no command ${JSON.stringify(word)}. ${hint}`
    throw new ServiceError('unknown_command', detail, { errors: [{ pointer: '?command', detail }] })
  }
  if (command.reply === undefined) {
    const why =
      command.phase === 'after'
        ? 'tells what has happened: post it as an event'
        : 'is a switch, and no event of it exists'
    throw new ServiceError('not_asked', `${word} ${why}.`)
  }
  return command
}
