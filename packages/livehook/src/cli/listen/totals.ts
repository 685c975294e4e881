// What arrived in all: by command, refused by reason, repeated by webhook-id.

import type { Checked } from './arrived.ts'

export interface Totals {
  readonly requests: number
  readonly verified: number
  readonly unchecked: number
  readonly refused: number
  /** Good requests whose webhook-id had been here before. */
  readonly repeated: number
  /** Good requests by command, without the repeated ones. */
  readonly commands: Readonly<Record<string, number>>
  readonly refusedBy: Readonly<Record<string, number>>
}

export interface Counter {
  /** @returns whether an event of that webhook-id was here before */
  count(checked: Checked): boolean
  totals(): Totals
}

/** A webhook-id takes about a hundred bytes; of more than these the oldest are forgotten. */
const maxRemembered = 1_000_000

export function createCounter(): Counter {
  const counts = { requests: 0, verified: 0, unchecked: 0, refused: 0, repeated: 0 }
  const commands = new Map<string, number>()
  const refusedBy = new Map<string, number>()
  const seen = new Set<string>()
  return {
    count(checked) {
      counts.requests += 1
      counts[checked.result] += 1
      if (checked.refusal !== undefined) {
        add(refusedBy, checked.refusal.reason)
        return false
      }
      const { eventId, command = '' } = checked
      if (eventId !== undefined && seen.has(eventId)) {
        counts.repeated += 1
        return true
      }
      add(commands, command)
      if (eventId !== undefined) remember(seen, eventId)
      return false
    },
    totals: () => ({ ...counts, commands: sorted(commands), refusedBy: sorted(refusedBy) }),
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function remember(seen: Set<string>, eventId: string): void {
  seen.add(eventId)
  const [oldest] = seen
  if (seen.size > maxRemembered && oldest !== undefined) seen.delete(oldest)
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([left], [right]) => (left < right ? -1 : 1)))
}
