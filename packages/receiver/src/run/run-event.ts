// An event, its handler, and the reply that comes of it.

import { ReplyError, allow, deny, ok, serialiseReply } from '@livehook/protocol'
import type { ReplyPacket } from '@livehook/protocol'
import { makeReply } from '@livehook/protocol/commands'
import type { CommandFacts, EventWord } from '@livehook/protocol/commands'
import { isDecision } from '../handlers/decision.ts'
import type { AnyDecision } from '../handlers/decision.ts'
import type { UnknownEvent } from '../handlers/event.ts'
import type { RunResult } from '../handlers/run-result.ts'

type Facts = CommandFacts<EventWord> | undefined

/** Runs a handler. What it throws and what it should not have returned is a value. */
export async function runHandler(
  handle: (event: UnknownEvent) => unknown,
  event: UnknownEvent,
  facts: Facts,
): Promise<RunResult> {
  let returned: unknown
  try {
    returned = await handle(event)
  } catch (error) {
    return { kind: 'failed', reason: 'handler_threw', error }
  }
  return replyOf(returned, facts)
}

/** The reply for what a handler returned. */
export function replyOf(returned: unknown, facts: Facts): RunResult {
  // An after event is acknowledged; whatever a last expression gave is not meant for anyone.
  if (facts?.phase === 'after') return acknowledged('acknowledged')
  if (returned === undefined) return acknowledged(facts === undefined ? 'acknowledged' : 'allow')
  if (!isDecision(returned)) {
    return badReply(new TypeError('A handler returns allow(), deny(), drop() or nothing.'))
  }
  try {
    return { kind: 'replied', decision: returned.kind, reply: serialiseReply(packetOf(returned, facts)) }
  } catch (error) {
    // A code or a member that the command does not know, or a member that is no JSON.
    return badReply(error)
  }
}

/** What is answered for an event that no one handles: nothing to say about *after* events, the meaning of silence about *before* events. */
export function unhandledReply(facts: Facts): RunResult {
  if (facts?.reply?.silence.verdict !== 'deny') return replyOf(undefined, facts)
  return replyOf({ kind: 'deny', code: 1, text: '' } satisfies AnyDecision, facts)
}

function packetOf(decision: AnyDecision, facts: Facts): ReplyPacket {
  if (facts !== undefined) return makeReply(facts, choiceOf(decision))
  // A command of the app's own: 0 allows and any other code denies.
  if (decision.kind === 'allow') return allow({ ...decision.members })
  if (decision.kind === 'deny') return deny(decision.code, decision.text)
  throw new ReplyError('Only commands of the catalogue can be dropped in silence.')
}

function choiceOf(decision: AnyDecision): Parameters<typeof makeReply>[1] {
  if (decision.kind === 'allow') return { verdict: 'allow', members: { ...decision.members } }
  if (decision.kind === 'deny') return { verdict: 'deny', code: decision.code, text: decision.text }
  return { verdict: 'drop' }
}

function acknowledged(decision: 'acknowledged' | 'allow'): RunResult {
  return { kind: 'replied', decision, reply: serialiseReply(ok()) }
}

function badReply(error: unknown): RunResult {
  return { kind: 'failed', reason: 'bad_reply', error }
}
