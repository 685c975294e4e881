// From a request to a verified event, or to the reason for refusing it.

import { readEventOf } from '@livehook/protocol/commands'
import type { CommandFacts, EventOf, EventWord } from '@livehook/protocol/commands'
import { concludeHead, concludeSignature, needsBytes, planHead } from '../check/check.ts'
import type { Hashing, Refusal, VerifiedHead } from '../check/check.ts'
import type { CommandTable } from '../handlers/command-table.ts'
import { startDeadline } from './deadline.ts'
import type { Verified } from '../handlers/event.ts'
import { headerOf } from './incoming.ts'
import type { Incoming } from './incoming.ts'
import type { ReceiverSettings } from '../options.ts'

export interface AdmitDeps {
  readonly settings: Pick<ReceiverSettings, 'rules' | 'maxBodyBytes' | 'budgetMs' | 'now'>
  readonly commands: CommandTable
  readonly hashing: Hashing
}

/** A request that is from the platform, and what it says. */
export interface Admitted {
  readonly kind: 'admitted'
  readonly head: VerifiedHead
  /** `undefined` for a command that is not in the catalogue. */
  readonly facts: CommandFacts<EventWord> | undefined
  readonly read: EventOf<EventWord>
  readonly bytes: Uint8Array
  /** The bytes are made from a body that was parsed before. */
  readonly isRemade: boolean
  /** What vouches for the request. With `body` the signature covers the bytes and `webhook-id`; with the others neither is proven. */
  readonly verified: Verified
}

/** A refusal, with a sentence for the developer where the order of middleware is to blame. */
export interface NotAdmitted {
  readonly kind: 'not_admitted'
  readonly refusal: Refusal
  readonly advice?: string
}

/** @param receivedAt epoch milliseconds */
export async function admit(incoming: Incoming, receivedAt: number, deps: AdmitDeps): Promise<Admitted | NotAdmitted> {
  const { rules } = deps.settings
  const plan = planHead(incoming, rules, receivedAt)
  if (plan.kind === 'refused') return { kind: 'not_admitted', refusal: plan }
  const head = concludeHead(plan, await deps.hashing.checkSign(plan.input), rules)
  if (head.kind === 'refused') return { kind: 'not_admitted', refusal: head }

  const isSigned = needsBytes(head, incoming.headers, rules)
  const body = await readBody(incoming, isSigned, deps)
  if (body.kind === 'not_admitted') return body
  if (isSigned) {
    const { tokens } = head
    const input = { tokens, headers: incoming.headers, body: body.bytes, now: receivedAt }
    const refusal = concludeSignature(await deps.hashing.checkSignature(input))
    if (refusal !== undefined) return { kind: 'not_admitted', refusal }
  }
  const read = readEvent(head.parameters.command, body.bytes, deps.commands)
  if (read.kind === 'not_admitted') return read
  const verified = head.tokenIndex === undefined ? 'unsigned' : isSigned ? 'body' : 'sign'
  return { ...read, head, bytes: body.bytes, isRemade: body.isRemade, verified }
}

async function readBody(
  { body }: Incoming,
  isSigned: boolean,
  { settings }: AdmitDeps,
): Promise<{ readonly kind: 'read'; readonly bytes: Uint8Array; readonly isRemade: boolean } | NotAdmitted> {
  if (body.kind === 'consumed') return refused('body', 'body_consumed', body.advice)
  if (body.kind === 'parsed') {
    if (isSigned) return refused('body_signature', 'body_parsed', body.advice)
    return { kind: 'read', bytes: new TextEncoder().encode(JSON.stringify(body.value) ?? ''), isRemade: true }
  }
  // Anyone who sends byte by byte must not hold the connection for longer than a handler could.
  const deadline = startDeadline(settings.now() + settings.budgetMs, settings.now)
  const bytes = await Promise.race([body.read(settings.maxBodyBytes), deadline.isUp])
  deadline.lift()
  if (bytes === 'time_up') return refused('body', 'too_slow')
  if (typeof bytes === 'string') return refused('body', bytes)
  return { kind: 'read', bytes, isRemade: false }
}

function readEvent(
  word: string,
  bytes: Uint8Array,
  commands: CommandTable,
): Pick<Admitted, 'kind' | 'facts' | 'read'> | NotAdmitted {
  const facts = commands.find(word)
  const read = readEventOf(facts ?? factsOfUnknown(word), bytes, [word])
  if (read.kind === 'event') return { kind: 'admitted', facts, read }
  return refused(read.reason === 'command_mismatch' ? 'command' : 'json', read.reason)
}

/** A command that is not in the catalogue: nothing is known of its body. */
function factsOfUnknown(word: string): CommandFacts<EventWord> {
  const facts: CommandFacts = {
    command: word,
    family: word.slice(0, Math.max(0, word.indexOf('.'))),
    phase: 'after',
    carries: { clientIp: true, optPlatform: true },
    shape: {},
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- reading needs the word only to compare it with the body's
  return facts as CommandFacts<EventWord>
}

function refused(check: Refusal['check'], reason: Refusal['reason'], advice?: string): NotAdmitted {
  return { kind: 'not_admitted', refusal: { kind: 'refused', check, reason }, ...(advice !== undefined && { advice }) }
}

/** `webhook-id`, if it is one. */
export function eventIdOf({ headers }: Incoming): string | undefined {
  const id = headerOf(headers, 'webhook-id')
  return id === undefined || id === '' || id.length > 256 ? undefined : id
}

/** `livehook-attempt`, if it is a number from 1. */
export function attemptOf({ headers }: Incoming): number | undefined {
  const text = headerOf(headers, 'livehook-attempt')
  return text !== undefined && /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : undefined
}
