// What became of the evening's deliveries: waited for, and counted one by one.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Delivery, List } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'

export interface Outcome {
  readonly succeeded: number
  readonly dead: number
  readonly cancelled: number
  /** Neither: due, on the wire, or waiting for its next attempt. */
  readonly pending: number
  /** Of those that are pending, how many have failed before. */
  readonly retrying: number
}

export interface OutcomeQuestion {
  readonly client: ApiClient
  readonly sdkAppId: number
  readonly deliveries: ReadonlySet<string>
  /** RFC 3339; the first of them is not older. */
  readonly from: string
  /** How long to wait for those that wait, in milliseconds. */
  readonly patienceMs: number
  readonly stop: AbortSignal
  readonly onProgress: (ended: number, pending: number) => void
}

const lookEveryMs = 250
const pageLimit = 200

/** Looks until every delivery has ended, patience has, or it is stopped; then each is counted by its state. */
export async function awaitOutcome(question: OutcomeQuestion): Promise<Outcome> {
  const { deliveries, stop } = question
  const giveUpAt = performance.now() + question.patienceMs
  for (;;) {
    // What is open grows short; what has ended is read once, at the end.
    const open = await readOurs(question, ['pending', 'claimed'])
    question.onProgress(deliveries.size - open.length, open.length)
    if (open.length === 0 || performance.now() >= giveUpAt || stop.aborted) break
    await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => undefined)
  }
  return countOf(deliveries.size, await readOurs(question, []))
}

async function readOurs(question: OutcomeQuestion, states: readonly string[]): Promise<readonly Delivery[]> {
  const { client, sdkAppId, deliveries, from } = question
  if (deliveries.size === 0) return []
  const all = await readAll(client, { sdkAppId, from, states })
  return all.filter(({ deliveryId }) => deliveries.has(deliveryId))
}

async function readAll(
  client: ApiClient,
  list: { readonly sdkAppId: number; readonly from: string; readonly states: readonly string[] },
): Promise<readonly Delivery[]> {
  const query = new URLSearchParams({ from: list.from, limit: String(pageLimit) })
  for (const state of list.states) query.append('state', state)
  const items: Delivery[] = []
  for (;;) {
    const page = await client.get<List<Delivery>>(`/v1/apps/${list.sdkAppId}/deliveries?${query.toString()}`)
    items.push(...page.items)
    if (page.nextCursor === null) return items
    query.set('cursor', page.nextCursor)
  }
}

function countOf(all: number, deliveries: readonly Delivery[]): Outcome {
  const count = (state: Delivery['state']): number => deliveries.filter((each) => each.state === state).length
  const [succeeded, dead, cancelled] = [count('succeeded'), count('dead'), count('cancelled')]
  return {
    succeeded,
    dead,
    cancelled,
    pending: all - succeeded - dead - cancelled,
    retrying: deliveries.filter(({ state, attempts }) => state === 'pending' && attempts > 0).length,
  }
}
