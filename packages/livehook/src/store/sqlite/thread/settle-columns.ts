// Settle requests as they cross from the client to the writer's thread.

import type { SettleMove, SettleRequest, SettleResult } from '../../port/flow.ts'
import { parseId } from '../../../domain/ids.ts'
import { reasonCodes, stateCodes, symptomCodes } from '../../shared/codes.ts'
import { TextTable } from './text-table.ts'
import { formatEvidence, maxEvidenceBlockBytes, maxEvidenceLines } from '../../shared/evidence.ts'

export interface SettleColumns {
  /** `settleStride` numbers per request; `NaN` stands for "none". */
  readonly numbers: Float64Array
  /** The details of the attempts, each once. */
  readonly details: readonly string[]
  /** Evidence of the attempts, in the order of the requests, in blocks of lines: one line per attempt. */
  readonly evidence: readonly { readonly lines: string; readonly attempts: number }[]
  /** Epoch milliseconds. */
  readonly now: number
}

/** Stands for the state of a delivery that was not ours any more. */
export const leaseLost = 255

const settleStride = 14

/** Positions inside a request's numbers. */
const settleAt = {
  delivery: 0,
  state: 1,
  reason: 2,
  dueAt: 3,
  failures: 4,
  number: 5,
  startedAt: 6,
  durationUs: 7,
  symptom: 8,
  status: 9,
  evidenceBlock: 10,
  evidenceLine: 11,
  /** Where in `details` the attempt's stands. */
  detail: 12,
  owner: 13,
} as const

/** @param order.owners whose leases are settled, in the order of the requests; 0 if they are left out */
export function packSettles(
  salt: string,
  requests: readonly SettleRequest[],
  order: { readonly now: number; readonly owners?: readonly number[] },
): SettleColumns {
  const numbers = new Float64Array(requests.length * settleStride).fill(Number.NaN)
  const details = new TextTable()
  const blocks = createBlocks()
  for (const [index, { deliveryId, attempt, move }] of requests.entries()) {
    const at = index * settleStride
    // No delivery has the number 0: an id of another store moves nothing.
    numbers[at + settleAt.delivery] = parseId('dlv', salt, deliveryId) ?? 0
    numbers[at + settleAt.owner] = order.owners?.[index] ?? 0
    packMove(numbers, at, move)
    if (attempt === undefined) continue
    numbers[at + settleAt.number] = attempt.number
    numbers[at + settleAt.startedAt] = Math.round(attempt.startedAt)
    numbers[at + settleAt.durationUs] = Math.round(attempt.durationMs * 1000)
    numbers[at + settleAt.symptom] = symptomCodes[attempt.symptom]
    if (attempt.status !== null) numbers[at + settleAt.status] = attempt.status
    blocks.add(formatEvidence(attempt.evidence))
    numbers[at + settleAt.evidenceBlock] = blocks.list.length - 1
    numbers[at + settleAt.evidenceLine] = blocks.line()
    numbers[at + settleAt.detail] = details.placeOf(attempt.detail)
  }
  return { numbers, details: details.texts, evidence: blocks.list, now: Math.round(order.now) }
}

function packMove(numbers: Float64Array, at: number, move: SettleMove): void {
  numbers[at + settleAt.state] = stateCodes[move.kind]
  switch (move.kind) {
    case 'succeeded':
      return
    case 'pending':
      numbers[at + settleAt.dueAt] = Math.round(move.dueAt)
      numbers[at + settleAt.failures] = move.failures
      return
    case 'dead':
      numbers[at + settleAt.reason] = reasonCodes[move.reason]
      numbers[at + settleAt.failures] = move.failures
      return
    case 'cancelled':
      numbers[at + settleAt.reason] = reasonCodes[move.reason]
  }
}

interface Block {
  lines: string
  attempts: number
}

/** Collects evidence lines in blocks of bounded size. */
function createBlocks(): { readonly list: Block[]; add(text: string): void; line(): number } {
  const list: Block[] = []
  return {
    list,
    add(text) {
      const last = list.at(-1)
      if (
        last === undefined ||
        last.attempts >= maxEvidenceLines ||
        last.lines.length + text.length > maxEvidenceBlockBytes
      ) {
        list.push({ lines: text, attempts: 1 })
      } else {
        last.lines = `${last.lines}\n${text}`
        last.attempts += 1
      }
    },
    line: () => (list.at(-1)?.attempts ?? 1) - 1,
  }
}

/** A request on the writer's side of the border. */
export interface UnpackedSettle {
  readonly delivery: number
  readonly state: number
  readonly reason: number | null
  readonly dueAt: number | null
  /** `null`: as many as before. */
  readonly failures: number | null
  readonly owner: number
  readonly attempt:
    | {
        readonly number: number
        readonly startedAt: number
        readonly durationUs: number
        readonly symptom: number
        readonly status: number | null
        readonly evidenceBlock: number
        readonly evidenceLine: number
        readonly detail: string
      }
    | undefined
}

/** Reads where each delivery is now, from the request at `start` on. */
export function unpackSettled(
  requests: readonly SettleRequest[],
  states: Uint8Array,
  start: number,
): readonly SettleResult[] {
  return requests.map(({ move }, index) => {
    const state = states[start + index] ?? leaseLost
    if (state === leaseLost) return { kind: 'lease_lost' }
    return state === stateCodes[move.kind] ? move : { kind: 'cancelled', reason: 'webhook_deleted' }
  })
}

/** How many requests cross. */
export function settleCount({ numbers }: Pick<SettleColumns, 'numbers'>): number {
  return numbers.length / settleStride
}

export function unpackSettle({ numbers, details }: SettleColumns, index: number): UnpackedSettle {
  const number = (position: number): number => numbers[index * settleStride + position] ?? 0
  const optional = (position: number): number | null => {
    const value = number(position)
    return Number.isNaN(value) ? null : value
  }
  const attempt = {
    number: number(settleAt.number),
    startedAt: number(settleAt.startedAt),
    durationUs: number(settleAt.durationUs),
    symptom: number(settleAt.symptom),
    status: optional(settleAt.status),
    evidenceBlock: number(settleAt.evidenceBlock),
    evidenceLine: number(settleAt.evidenceLine),
    detail: details[number(settleAt.detail)] ?? '',
  }
  return {
    delivery: number(settleAt.delivery),
    state: number(settleAt.state),
    reason: optional(settleAt.reason),
    dueAt: optional(settleAt.dueAt),
    failures: optional(settleAt.failures),
    owner: number(settleAt.owner),
    attempt: Number.isNaN(attempt.number) ? undefined : attempt,
  }
}
