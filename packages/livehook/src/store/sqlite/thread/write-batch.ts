// Calls of the port that write, packed into one batch for the writer, and its answer dealt out to them again.

import type { AcceptRequest, AcceptResult, ClaimedDelivery, SettleRequest, SettleResult } from '../../port/flow.ts'
import { assertNever } from '../../../domain/assert.ts'
import { packAccepts, unpackAccepted } from './accept-columns.ts'
import { unpackClaimed } from './claim-columns.ts'
import type { ClaimOrder } from './claim-columns.ts'
import { toError } from './failure.ts'
import type {
  CommittedBatch,
  OrderAnswer,
  RareOrder,
  RegistrationOrder,
  TakeBackOrder,
  WriteBatch,
} from './messages.ts'
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
  resolve(results: readonly AcceptResult[]): void
}

interface SettleCall extends CallBase {
  readonly kind: 'settle'
  readonly requests: readonly SettleRequest[]
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

interface RegistrationCall extends CallBase {
  readonly kind: 'registration'
  readonly order: RegistrationOrder
  resolve(value: unknown): void
}

interface RareCall extends CallBase {
  readonly kind: 'rare'
  readonly order: RareOrder
  resolve(value: unknown): void
}

export type WriteCall = AcceptCall | SettleCall | ClaimCall | TakeBackCall | RegistrationCall | RareCall

/** The calls of one commit, by kind. */
interface Sorted {
  readonly accepts: AcceptCall[]
  readonly settles: SettleCall[]
  readonly claims: ClaimCall[]
  readonly takeBacks: TakeBackCall[]
  readonly registrations: RegistrationCall[]
  readonly rares: RareCall[]
}

export function packBatch(salt: string, calls: readonly WriteCall[]): WriteBatch {
  const { accepts, settles, claims, takeBacks, registrations, rares } = sort(calls)
  const settledAt = Math.max(...settles.map((call) => call.now))
  return {
    accepts:
      accepts.length === 0
        ? undefined
        : packAccepts(
            salt,
            accepts.flatMap((call) => call.requests),
          ),
    settles:
      settles.length === 0
        ? undefined
        : packSettles(
            salt,
            settles.flatMap((call) => call.requests),
            settledAt,
          ),
    claims: claims.map((call) => call.order),
    takeBacks: takeBacks.map((call) => call.order),
    registrations: registrations.map((call) => call.order),
    rares: rares.map((call) => call.order),
  }
}

/** The buffers of a batch that are handed over instead of copied. */
export function transferOfBatch({ accepts, settles }: WriteBatch): ArrayBuffer[] {
  const arrays = [accepts?.numbers, accepts?.deliveries, accepts?.bodies, settles?.numbers]
  return arrays.flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : []))
}

/** Gives each call of a commit its share of the answer. */
export function dealOut(salt: string, calls: readonly WriteCall[], answer: CommittedBatch): void {
  const { accepts, settles, claims, takeBacks, registrations, rares } = sort(calls)
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
  for (const [index, call] of registrations.entries()) dealOutOne(call, answer.registrations[index])
  for (const [index, call] of rares.entries()) dealOutOne(call, answer.rares[index])
}

function dealOutOne(call: RegistrationCall | RareCall, answer: OrderAnswer | undefined): void {
  if (answer?.kind === 'failed') call.reject(toError(answer))
  else call.resolve(answer?.value)
}

function sort(calls: readonly WriteCall[]): Sorted {
  const sorted: Sorted = { accepts: [], settles: [], claims: [], takeBacks: [], registrations: [], rares: [] }
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
      case 'registration':
        sorted.registrations.push(call)
        break
      case 'rare':
        sorted.rares.push(call)
        break
      default:
        assertNever(call)
    }
  }
  return sorted
}
