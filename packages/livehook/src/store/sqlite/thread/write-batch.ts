// Calls of the port that write, packed into one batch for the writer, and the calls resolved with its answer.

import type { AcceptRequest, AcceptResult, ClaimedDelivery, SettleRequest, SettleResult } from '../../port/flow.ts'
import { assertNever } from '../../../domain/assert.ts'
import { packAccepts, unpackAccepted } from './accept-columns.ts'
import { unpackClaimed } from './claim-columns.ts'
import type { ClaimOrder } from './claim-columns.ts'
import { toError } from './failure.ts'
import type { CommittedBatch, TakeBackOrder, VerbAnswer, WriteBatch } from './messages.ts'
import type { VerbCall } from './verbs.ts'
import { packSettles, unpackSettled } from './settle-columns.ts'

interface CallBase {
  /** What it counts for in the bounds of a commit and of the queue. */
  readonly rows: number
  readonly bytes: number
  reject(error: unknown): void
}

interface AcceptCall extends CallBase {
  readonly kind: 'accept'
  readonly requests: readonly AcceptRequest[]
  readonly owner: number
  resolve(results: readonly AcceptResult[]): void
}

interface SettleCall extends CallBase {
  readonly kind: 'settle'
  readonly requests: readonly SettleRequest[]
  readonly owner: number
  readonly now: number
  resolve(results: readonly SettleResult[]): void
}

interface ClaimCall extends CallBase {
  readonly kind: 'claim'
  readonly order: ClaimOrder
  resolve(claimed: readonly ClaimedDelivery[]): void
}

interface TakeBackCall extends CallBase {
  readonly kind: 'takeBack'
  readonly order: TakeBackOrder
  resolve(count: number): void
}

interface SingleCall extends CallBase {
  readonly kind: 'verb'
  readonly call: VerbCall
  resolve(value: unknown): void
}

export type WriteCall = AcceptCall | SettleCall | ClaimCall | TakeBackCall | SingleCall

/** The calls of one commit, by kind. */
interface Sorted {
  readonly accepts: AcceptCall[]
  readonly settles: SettleCall[]
  readonly claims: ClaimCall[]
  readonly takeBacks: TakeBackCall[]
  readonly verbs: SingleCall[]
}

export function packBatch(salt: string, calls: readonly WriteCall[]): WriteBatch {
  const { accepts, settles, claims, takeBacks, verbs } = sort(calls)
  const settledAt = Math.max(...settles.map((call) => call.now))
  return {
    accepts: accepts.length === 0 ? undefined : packAccepts(salt, accepts),
    settles:
      settles.length === 0
        ? undefined
        : packSettles(
            salt,
            settles.flatMap((call) => call.requests),
            { now: settledAt, owners: settles.flatMap(ownersOf) },
          ),
    claims: claims.map((call) => call.order),
    takeBacks: takeBacks.map((call) => call.order),
    verbs: verbs.map(({ call }) => call),
  }
}

/** The owner of each request of a call. */
function ownersOf({ requests, owner }: SettleCall): readonly number[] {
  return requests.map(() => owner)
}

/** The buffers of a batch that are handed over instead of copied. */
export function transferOfBatch({ accepts, settles }: WriteBatch): ArrayBuffer[] {
  const arrays = [accepts?.numbers, accepts?.deliveries, accepts?.bodies, settles?.numbers]
  return arrays.flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : []))
}

/** Gives each call of a commit its share of the answer. */
export function resolveCalls(salt: string, calls: readonly WriteCall[], answer: CommittedBatch): void {
  const { accepts, settles, claims, takeBacks, verbs } = sort(calls)
  let accepted = 0
  for (const call of accepts) {
    const range = { start: accepted, count: call.requests.length }
    call.resolve(unpackAccepted(salt, answer.accepts ?? new Float64Array(), range))
    accepted += range.count
  }
  let settled = 0
  for (const call of settles) {
    call.resolve(unpackSettled(call.requests, answer.settles ?? new Uint8Array(), settled))
    settled += call.requests.length
  }
  for (const [index, call] of claims.entries()) {
    const columns = answer.claims[index]
    call.resolve(columns === undefined ? [] : unpackClaimed(salt, columns))
  }
  for (const [index, call] of takeBacks.entries()) call.resolve(answer.takeBacks[index] ?? 0)
  for (const [index, call] of verbs.entries()) resolveOne(call, answer.verbs[index])
}

function resolveOne(call: SingleCall, answer: VerbAnswer | undefined): void {
  if (answer?.kind === 'failed') call.reject(toError(answer))
  else call.resolve(answer?.value)
}

function sort(calls: readonly WriteCall[]): Sorted {
  const sorted: Sorted = { accepts: [], settles: [], claims: [], takeBacks: [], verbs: [] }
  for (const call of calls) {
    switch (call.kind) {
      case 'accept':
        sorted.accepts.push(call)
        break
      case 'settle':
        sorted.settles.push(call)
        break
      case 'claim':
        sorted.claims.push(call)
        break
      case 'takeBack':
        sorted.takeBacks.push(call)
        break
      case 'verb':
        sorted.verbs.push(call)
        break
      default:
        assertNever(call)
    }
  }
  return sorted
}
