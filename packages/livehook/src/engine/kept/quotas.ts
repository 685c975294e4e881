// Quotas of apps: how many events and asks their senders may hand in per second. The store has the numbers, the buckets are in
// memory: after a restart every app begins with full ones.

import type { Quota, QuotaBucket } from '../../domain/delivery/quota.ts'
import { noQuota, takeQuota } from '../../domain/delivery/quota.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Follower } from './changes.ts'
import type { RunExclusive } from './keyed-mutex.ts'
import type { Store } from '../../store/port/port.ts'

export interface Quotas {
  load(): Promise<void>
  of(sdkAppId: number): Quota
  /** What is left out stays as it is. @throws StoreError `not_found` if the app does not exist */
  change(sdkAppId: number, patch: Partial<Quota>): Promise<void>
  /**
   * For a request whose body has not been read: takes nothing.
   * @throws ServiceError `rate_limited` if not even one would be let in
   */
  requireRoom(what: 'events' | 'asks', sdkAppId: number): void
  /** @throws ServiceError `rate_limited` with the seconds after which to come again */
  takeEvents(sdkAppId: number, count: number): void
  /** @throws ServiceError `rate_limited` */
  takeAsk(sdkAppId: number): void
  /** Takes over what another process changed. */
  readonly follower: Follower<'quota'>
  /** An app is gone. */
  forget(sdkAppId: number): void
}

export interface QuotasDeps {
  readonly store: Pick<Store, 'loadQuotas' | 'putQuota'>
  readonly now: () => number
  /** The turns of apps. */
  readonly runExclusive: RunExclusive
}

export function createQuotas(deps: QuotasDeps): Quotas {
  const quotas = new Map<number, Quota>()
  const goneApps = new Set<number>()
  // Only of apps that have a quota, so no one can fill it.
  const buckets = { events: new Map<number, QuotaBucket>(), asks: new Map<number, QuotaBucket>() }
  const look = (what: 'events' | 'asks', sdkAppId: number, count: number): QuotaBucket | undefined => {
    const quota = quotas.get(sdkAppId)
    const perSecond = (what === 'events' ? quota?.eventsPerSecond : quota?.asksPerSecond) ?? null
    if (perSecond === null) return undefined
    const verdict = takeQuota(buckets[what].get(sdkAppId), perSecond, { count, now: deps.now() })
    if (verdict.kind === 'taken') return verdict.bucket
    throw new ServiceError(
      'rate_limited',
      `App ${sdkAppId} may hand in ${perSecond} ${what} per second; nothing of this request was kept. Send it again in ${verdict.retryAfterSeconds} s.`,
      { retryAfterSeconds: verdict.retryAfterSeconds },
    )
  }
  const takeFrom = (what: 'events' | 'asks', sdkAppId: number, count: number): void => {
    const bucket = look(what, sdkAppId, count)
    if (bucket !== undefined) buckets[what].set(sdkAppId, bucket)
  }
  const take = (sdkAppId: number, quota: Quota): void => {
    if (goneApps.has(sdkAppId)) return
    quotas.set(sdkAppId, quota)
    // What was left of another quota says nothing about this one.
    buckets.events.delete(sdkAppId)
    buckets.asks.delete(sdkAppId)
  }
  return {
    follower: {
      follow({ sdkAppId, state }) {
        const kept = quotas.get(sdkAppId ?? 0) ?? noQuota
        const { eventsPerSecond, asksPerSecond } = state ?? noQuota
        if (kept.eventsPerSecond === eventsPerSecond && kept.asksPerSecond === asksPerSecond) return
        take(sdkAppId ?? 0, { eventsPerSecond, asksPerSecond })
      },
      known: () => Array.from(quotas.keys(), (sdkAppId) => ({ sdkAppId, key: String(sdkAppId) })),
    },
    async load() {
      for (const [sdkAppId, quota] of await deps.store.loadQuotas()) quotas.set(sdkAppId, quota)
    },
    of: (sdkAppId) => quotas.get(sdkAppId) ?? noQuota,
    change: (sdkAppId, patch) =>
      // One after the other: two changes at once, of one member each, both count.
      deps.runExclusive(sdkAppId, async () => {
        const quota = { ...(quotas.get(sdkAppId) ?? noQuota), ...patch }
        await deps.store.putQuota(sdkAppId, quota)
        take(sdkAppId, quota)
      }),
    requireRoom: (what, sdkAppId) => void look(what, sdkAppId, 1),
    takeEvents: (sdkAppId, count) => takeFrom('events', sdkAppId, count),
    takeAsk: (sdkAppId) => takeFrom('asks', sdkAppId, 1),
    forget(sdkAppId) {
      goneApps.add(sdkAppId)
      quotas.delete(sdkAppId)
      buckets.events.delete(sdkAppId)
      buckets.asks.delete(sdkAppId)
    },
  }
}
