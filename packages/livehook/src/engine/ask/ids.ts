// Ids of decisions. An ask has its id before the store hears of it, so numbers are fetched beforehand, many at once.

import { formatId } from '../../domain/ids.ts'
import type { DecisionNumbers, DecisionStore } from '../../store/port/decisions.ts'
import type { Log } from '../../observe/log.ts'

export interface AskIds {
  /** Fetches the first numbers. Rejects if the store does not give any. */
  load(): Promise<void>
  /** A new id. `isKept` is `false` if the store has given no number for it: such a decision cannot be recorded. */
  take(): { readonly decisionId: string; readonly isKept: boolean }
}

export interface AskIdsDeps {
  readonly store: Pick<DecisionStore, 'reserveDecisions'>
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Log
}

/**
 * Numbers fetched at once: at 1 000 asks a second they last for an hour, so the store may be away for half of one. What is
 * left at a stop is never used; there are enough numbers for a quarter of a million starts.
 */
const reserved = 4_194_304

const pauseMs = 1000

/** Above all numbers that a store gives out before that: 2^39. */
const firstMakeshift = 549_755_813_888

export function createAskIds(deps: AskIdsDeps): AskIds {
  let current: DecisionNumbers = { salt: '00000000', first: 0 }
  let left = 0
  let next: DecisionNumbers | undefined
  let fetching = false
  let triedAt = Number.NEGATIVE_INFINITY

  const fetchMore = (): void => {
    if (fetching || next !== undefined || deps.now() - triedAt < pauseMs) return
    fetching = true
    triedAt = deps.now()
    deps.store
      .reserveDecisions(reserved)
      .then(
        (numbers) => {
          next = numbers
        },
        (error: unknown) => deps.log.warn({ err: error }, 'the store gave no numbers for decisions; asking again'),
      )
      .finally(() => {
        fetching = false
      })
  }

  return {
    async load() {
      current = await deps.store.reserveDecisions(reserved)
      left = reserved
    },
    take() {
      if (left === 0 && next !== undefined) {
        current = next
        left = reserved
        next = undefined
      }
      if (left < reserved / 2) fetchMore()
      if (left === 0) {
        const number = firstMakeshift + Math.floor(deps.random() * firstMakeshift)
        return { decisionId: formatId('dec', current.salt, number), isKept: false }
      }
      const number = current.first + reserved - left
      left -= 1
      return { decisionId: formatId('dec', current.salt, number), isKept: true }
    },
  }
}
