// A *before* event as a sender hands it in: of a command that is asked, well formed, completed as every event is. And what
// the sender gets for it.

import { completeBody } from '@livehook/protocol/node'
import type { CommandFacts } from '@livehook/protocol/catalogue'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Verdict } from '../../domain/ask/verdict.ts'
import type { DecisionSummary } from '../../store/port/decisions.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import { commandOf, hintFor } from '../kept/custom-commands.ts'
import { checkClient, requireFittingBody } from '../intake/check-event.ts'

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
  /** No one waits for the answer any more: the exchange is cut off. */
  readonly signal?: AbortSignal
}

/** What came of an ask. */
export interface AskDecision extends Omit<DecisionSummary, 'shadowDiffers'>, Pick<Verdict, 'replace'> {}

/** @throws ServiceError saying what is wrong with the question */
export function checkAsk(
  customs: Pick<CustomCommands, 'get' | 'ofApp'>,
  ask: Ask,
  at: number,
): { readonly command: CommandFacts; readonly body: Uint8Array } {
  const command = askedCommand(customs, ask)
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
  requireFittingBody(customs, { sdkAppId: ask.sdkAppId, command: ask.command, body: completed.bytes, place: null })
  return { command, body: completed.bytes }
}

function askedCommand(
  customs: Pick<CustomCommands, 'get' | 'ofApp'>,
  { sdkAppId, command: word }: Pick<Ask, 'sdkAppId' | 'command'>,
): CommandFacts {
  const command = commandOf(customs, sdkAppId, word)
  if (command === undefined) {
    const detail = `There is no command ${JSON.stringify(word)}. ${hintFor(customs, sdkAppId, word)}`
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
