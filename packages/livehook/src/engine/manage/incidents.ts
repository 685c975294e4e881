// What is broken, for anyone who was woken: the webhooks that do not get what is meant for them, the worst first.
//
// What the engine has in memory says which webhooks to look at; the store is asked about those alone.

import type { App } from '../../domain/access/app.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { DeliverySummary } from '../../store/port/deliveries.ts'
import type { Store } from '../../store/port/port.ts'
import type { Backlog } from '../../store/port/stats.ts'
import type { Deliverer } from '../deliver/deliver.ts'
import type { ShownHealth, WebhookService } from './webhooks.ts'

/** Why a webhook does not get what is meant for it. In order of gravity: what is worse stands before what is better. */
export const troubles = [
  /** The service switched it off, since it had failed for days. */
  'switched_off',
  /** The breaker is open or tries: one attempt at a time, with pauses. */
  'held',
  /** The latest attempt failed. */
  'failing',
  /** Asks go by the failure policy: the breaker of asks is open. */
  'asks_held',
  /** A person switched it off while something waited. */
  'off',
  'paused',
  'rate_zero',
  /** It answers, and what waited is being sent. */
  'draining',
] as const
export type Trouble = (typeof troubles)[number]

export interface Incident {
  readonly webhook: Webhook
  readonly appName: string
  readonly health: ShownHealth
  readonly trouble: Trouble
  /** `undefined` if nothing waits. */
  readonly backlog: Backlog | undefined
  /** `undefined` if no failure of a delivery is kept. */
  readonly lastFailure: DeliverySummary | undefined
  /** Epoch milliseconds; `null` if nothing is tried by itself. */
  readonly nextTryAt: number | null
  /** Attempts that succeeded since the start of the service. */
  readonly succeeded: number
}

export interface IncidentReport {
  /** The worst first. */
  readonly items: readonly Incident[]
  /** How many there are, shown or not. */
  readonly total: number
  /** Of these, how many are not merely draining. */
  readonly broken: number
  readonly waiting: number
  /** `false`: at least so many wait. */
  readonly exact: boolean
}

export interface IncidentsDeps {
  readonly store: Pick<Store, 'getApp' | 'readBacklogOf' | 'readLastFailures'>
  readonly webhooks: Pick<WebhookService, 'all' | 'ofApp' | 'get' | 'healthOf' | 'attemptsOf'>
  readonly deliverer: Pick<Deliverer, 'heldUntil' | 'withDueWork'>
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface Incidents {
  /** @param sdkAppId whose webhooks; of all apps if it is left out */
  read(scope: { readonly sdkAppId: number | undefined; readonly limit: number }): Promise<IncidentReport>
}

/** What is due is usually sent within a second; what has waited longer is a backlog. */
const backlogAfterMs = 10_000

interface Candidate {
  readonly webhook: Webhook
  readonly health: ShownHealth
}

export function createIncidents(deps: IncidentsDeps): Incidents {
  return {
    async read({ sdkAppId, limit }) {
      const candidates = candidatesOf(deps, sdkAppId)
      const backlogs = await deps.store.readBacklogOf(candidates.map(({ webhook }) => webhook.webhookId))
      const byWebhook = new Map(backlogs.map((backlog) => [backlog.webhookId, backlog]))
      const now = deps.now()
      const found = candidates
        .flatMap((candidate) => {
          const backlog = byWebhook.get(candidate.webhook.webhookId)
          const trouble = troubleOf(candidate, backlog, now)
          return trouble === undefined ? [] : { ...candidate, backlog, trouble }
        })
        .toSorted(worstFirst)
      const shown = found.slice(0, limit)
      const [failures, names] = await Promise.all([
        deps.store.readLastFailures(shown.map(({ webhook }) => webhook.webhookId)),
        namesOf(deps.store, new Set(shown.map(({ webhook }) => webhook.sdkAppId))),
      ])
      const lastFailures = new Map(failures.map((delivery) => [delivery.webhookId, delivery]))
      return {
        items: shown.map((one) => ({
          ...one,
          appName: names.get(one.webhook.sdkAppId) ?? '',
          lastFailure: lastFailures.get(one.webhook.webhookId),
          nextTryAt: nextTryAt(deps, one),
          succeeded: deps.webhooks.attemptsOf(one.webhook.webhookId).none ?? 0,
        })),
        total: found.length,
        broken: found.filter(({ trouble }) => trouble !== 'draining').length,
        waiting: found.reduce((sum, { backlog }) => sum + (backlog?.waiting ?? 0), 0),
        exact: found.every(({ backlog }) => backlog?.exact !== false),
      }
    },
  }
}

/** Webhooks that may be in trouble, by what is in memory of them. */
function candidatesOf(deps: IncidentsDeps, sdkAppId: number | undefined): readonly Candidate[] {
  const { webhooks } = deps
  const busy = new Set(deps.deliverer.withDueWork())
  return (sdkAppId === undefined ? webhooks.all() : webhooks.ofApp(sdkAppId)).flatMap((webhook) => {
    const health = webhooks.healthOf(webhook)
    const mayBe =
      !webhook.enabled ||
      webhook.paused ||
      webhook.ratePerSecond === 0 ||
      health.failingSince !== null ||
      health.breaker !== 'closed' ||
      health.askBreaker !== 'closed' ||
      busy.has(webhook.webhookId)
    return mayBe ? { webhook, health } : []
  })
}

function troubleOf({ webhook, health }: Candidate, backlog: Backlog | undefined, now: number): Trouble | undefined {
  if (!webhook.enabled && webhook.disabledReason !== null) return 'switched_off'
  const stoppedBy = !webhook.enabled
    ? 'off'
    : webhook.paused
      ? 'paused'
      : webhook.ratePerSecond === 0
        ? 'rate_zero'
        : null
  if (stoppedBy !== null) return backlog === undefined ? undefined : stoppedBy
  if (health.breaker !== 'closed') return 'held'
  if (health.failingSince !== null) return 'failing'
  if (health.askBreaker !== 'closed') return 'asks_held'
  return backlog !== undefined && backlog.oldestDueAt <= now - backlogAfterMs ? 'draining' : undefined
}

/** When something is tried by itself: behind an open breaker not before its pause is over. */
function nextTryAt(
  { deliverer }: IncidentsDeps,
  { webhook, trouble, backlog }: Candidate & { readonly trouble: Trouble; readonly backlog: Backlog | undefined },
): number | null {
  if (backlog === undefined || !['held', 'failing', 'draining'].includes(trouble)) return null
  return Math.max(backlog.oldestDueAt, deliverer.heldUntil(webhook.webhookId) ?? 0)
}

type Found = Candidate & { readonly trouble: Trouble; readonly backlog: Backlog | undefined }

function worstFirst(one: Found, other: Found): number {
  return (
    troubles.indexOf(one.trouble) - troubles.indexOf(other.trouble) ||
    (other.backlog?.waiting ?? 0) - (one.backlog?.waiting ?? 0) ||
    (one.health.failingSince ?? 0) - (other.health.failingSince ?? 0)
  )
}

async function namesOf(
  store: Pick<Store, 'getApp'>,
  sdkAppIds: ReadonlySet<number>,
): Promise<ReadonlyMap<number, string>> {
  const apps = await Promise.all(Array.from(sdkAppIds, (sdkAppId) => store.getApp(sdkAppId)))
  return new Map(apps.filter((app): app is App => app !== undefined).map(({ sdkAppId, name }) => [sdkAppId, name]))
}
