// From the store's shapes to the contract's: times become RFC 3339, secrets stay behind.

import { assertNever } from '../../domain/assert.ts'
import { maskEchoedSign, maskEchoedSigns } from '../../domain/diagnosis/masked-sign.ts'
import { X509Certificate } from 'node:crypto'
import { advise } from '../../domain/diagnosis/advice.ts'
import { isRotating } from '../../engine/manage/token-rotation.ts'
import type { Waiting as WaitingFor } from '../../engine/deliver/waiting.ts'
import type { ShownHealth } from '../../engine/manage/webhooks.ts'
import type { Probe as FoundProbe, ProbeStage as FoundStage } from '../../domain/diagnosis/probe.ts'
import type { Webhook as StoredWebhook } from '../../domain/webhook/webhook.ts'
import type { WebhookTls as StoredTls } from '../../domain/webhook/tls.ts'
import type { Quota } from '../../domain/delivery/quota.ts'
import type { App as StoredApp } from '../../domain/access/app.ts'
import type { AttemptRecord } from '../../store/port/flow.ts'
import type {
  DeliveryDetail as StoredDetail,
  DeliverySummary,
  EventDetail as StoredEventDetail,
  LastAttempt as StoredLastAttempt,
  StoredEvent as StoredEventRow,
} from '../../store/port/deliveries.ts'
import type { Page } from '../../store/port/page.ts'
import type { RedeliveryJob } from '../../store/port/redelivery.ts'
import type {
  Advice,
  App,
  Attempt,
  Delivery,
  DeliveryDetail,
  EventDetail,
  Evidence,
  List,
  Probe,
  ProbeStage,
  Redelivery,
  StoredEvent,
  Waiting,
  Webhook,
  WebhookTls,
} from '../contract/contract.ts'

/** The second that was written last: times that are shown come in runs of the same one. */
const lastSecond = { number: Number.NaN, text: '' }

/** @param at epoch milliseconds @throws RangeError if that is no time */
export function instant(at: number): string {
  const second = Math.floor(at / 1000)
  if (second !== lastSecond.number) {
    lastSecond.text = new Date(second * 1000).toISOString().slice(0, -'000Z'.length)
    lastSecond.number = second
  }
  const milliseconds = Math.floor(at - second * 1000)
  return `${lastSecond.text}${String(milliseconds).padStart(3, '0')}Z`
}

export function instantOrNull(at: number | null): string | null {
  return at === null ? null : instant(at)
}

/** Without its quotas, which are kept apart. */
export function presentApp(app: StoredApp): Omit<App, keyof Quota> {
  return {
    sdkAppId: app.sdkAppId,
    name: app.name,
    adminIdentifiers: [...app.adminIdentifiers],
    setCallbackOverwrites: app.setCallbackOverwrites,
    secretKeySet: app.secretKeySet,
    createdAt: instant(app.createdAt),
  }
}

/** Tokens are write-only: whether one is set, and a hint to tell two apart, are all that leaves. */
export function presentWebhook(webhook: StoredWebhook, health: ShownHealth): Webhook {
  const token = webhook.tokens[0]
  return {
    webhookId: webhook.webhookId,
    sdkAppId: webhook.sdkAppId,
    name: webhook.name,
    url: webhook.url,
    commands: [...webhook.commands],
    spelling: webhook.spelling,
    contentType: webhook.contentType,
    enabled: webhook.enabled,
    paused: webhook.paused,
    timeoutMs: webhook.timeoutMs,
    maxInFlight: webhook.maxInFlight,
    ratePerSecond: webhook.ratePerSecond,
    retry: webhook.retrySeconds.length === 0 ? 'none' : [...webhook.retrySeconds],
    headers: { ...webhook.headers },
    keepBodies: webhook.keepBodies,
    askDeadlineMs: webhook.askDeadlineMs,
    failurePolicy: structuredClone(webhook.failurePolicy),
    trial: webhook.trial,
    tls: webhook.tls === null ? null : presentTls(webhook.tls),
    health: {
      breaker: health.breaker,
      breakerSince: instantOrNull(health.breakerSince),
      nextTryAt: instantOrNull(health.nextTryAt),
      askBreaker: health.askBreaker,
      askNextTryAt: instantOrNull(health.askNextTryAt),
      waiting: presentWaiting(health.waiting),
      lastSuccessAt: instantOrNull(health.lastSuccessAt),
      lastFailureAt: instantOrNull(health.lastFailureAt),
      failingSince: instantOrNull(health.failingSince),
      disabledReason: webhook.disabledReason,
    },
    tokenSet: token !== undefined,
    tokenRotationEndsAt: isRotating(webhook) ? instantOrNull(webhook.rotationEndsAt) : null,
    tokenHint: hintOf(token),
    nextTokenHint: isRotating(webhook) ? hintOf(webhook.tokens.at(-1)) : null,
    createdAt: instant(webhook.createdAt),
    updatedAt: instant(webhook.updatedAt),
  }
}

/** The last four characters; a short token would be half given away by them. */
function hintOf(token: string | undefined): string | null {
  return token !== undefined && token.length > 8 ? token.slice(-4) : null
}

function presentTls({ ca, certificate }: StoredTls): WebhookTls {
  const certificateEndsAt =
    certificate === null ? null : instant(new X509Certificate(certificate).validToDate.getTime())
  return { ca, certificate, certificateEndsAt }
}

export function presentDelivery(delivery: DeliverySummary): Delivery {
  return {
    deliveryId: delivery.deliveryId,
    eventId: delivery.eventId,
    webhookId: delivery.webhookId,
    sdkAppId: delivery.sdkAppId,
    command: delivery.command,
    ...(delivery.subject === undefined ? {} : { subject: delivery.subject }),
    state: delivery.state,
    reason: delivery.reason,
    createdAt: instant(delivery.createdAt),
    dueAt: instantOrNull(delivery.dueAt),
    attempts: delivery.attempts,
    lastAttempt: delivery.lastAttempt === null ? null : presentLastAttempt(delivery.lastAttempt),
  }
}

export function presentLastAttempt(attempt: StoredLastAttempt): NonNullable<Delivery['lastAttempt']> {
  const { number, startedAt, durationMs, symptom, detail, status } = attempt
  return { number, at: instant(startedAt), durationMs, symptom, detail, status }
}

export function presentEvidence(evidence: AttemptRecord['evidence']): Evidence {
  const { certificate, addresses, responseHeaders, requestHeaders, phaseMs, bodyStart, location, ...rest } = evidence
  // What was kept before answers were masked may still have a Sign in it.
  return {
    ...rest,
    ...(bodyStart === undefined ? {} : { bodyStart: maskEchoedSign(bodyStart) }),
    ...(location === undefined ? {} : { location: maskEchoedSign(location) }),
    phaseMs: { ...phaseMs },
    ...(addresses === undefined ? {} : { addresses: [...addresses] }),
    ...(requestHeaders === undefined ? {} : { requestHeaders: { ...requestHeaders } }),
    ...(responseHeaders === undefined
      ? {}
      : { responseHeaders: maskEchoedSigns(responseHeaders).map(([name, value]): [string, string] => [name, value]) }),
    ...(certificate === undefined
      ? {}
      : {
          certificate: {
            ...certificate,
            names: [...certificate.names],
            notBefore: instant(certificate.notBefore),
            notAfter: instant(certificate.notAfter),
          },
        }),
  }
}

const noAdvice: Advice = { en: [], zh: [] }

export function presentWaiting(waiting: WaitingFor | null): Waiting | null {
  if (waiting === null) return null
  switch (waiting.kind) {
    case 'scheduled':
      return { kind: 'scheduled', until: instant(waiting.until) }
    case 'breaker_open': {
      const { kind, finding, since, nextTryAt } = waiting
      const shown = finding === null ? null : { symptom: finding.symptom, detail: finding.detail }
      return { kind, finding: shown, since: instant(since), nextTryAt: instantOrNull(nextTryAt) }
    }
    case 'rate':
      return { kind: 'rate', ratePerSecond: waiting.ratePerSecond }
    case 'disabled':
    case 'in_line':
    case 'paused':
      return { kind: waiting.kind }
    default:
      return assertNever(waiting)
  }
}

/** @param waiting what it waits for; `null` if it is not pending */
export function presentDetail(
  detail: StoredDetail,
  webhook: StoredWebhook | undefined,
  waiting: WaitingFor | null,
): DeliveryDetail {
  const url = webhook?.url
  const attempts = detail.attemptRecords.map((record) => presentAttempt(record, url))
  const { attempts: attemptCount, ...summary } = presentDelivery(detail)
  return {
    ...summary,
    attemptCount,
    waiting: presentWaiting(waiting),
    attempts,
    webhook: webhook === undefined ? null : { webhookId: webhook.webhookId, name: webhook.name, url: webhook.url },
    event: presentEvent(detail.event),
    advice: attempts.at(-1)?.advice ?? noAdvice,
  }
}

export function presentEvent({ body, acceptedAt, ...event }: StoredEventRow): StoredEvent {
  return {
    eventId: event.eventId,
    sdkAppId: event.sdkAppId,
    command: event.command,
    clientIp: event.clientIp,
    optPlatform: event.optPlatform,
    acceptedAt: instant(acceptedAt),
    traceparent: event.traceparent,
    body: body === null ? null : new TextDecoder().decode(body),
    bodyKept: body !== null,
    bodyBytes: body?.byteLength ?? 0,
  }
}

export function presentEventDetail({ deliveries, ...event }: StoredEventDetail): EventDetail {
  return { ...presentEvent(event), deliveries: deliveries.map(presentDelivery) }
}

export function presentJob(job: RedeliveryJob): Redelivery {
  const { sdkAppId: _app, states, from, to, id: _id, ...rest } = job.filter
  const state = states?.[0]
  return {
    jobId: job.jobId,
    sdkAppId: job.sdkAppId,
    state: job.state,
    filter: {
      ...rest,
      ...(state === 'dead' || state === 'succeeded' || state === 'pending' ? { state } : {}),
      ...(from === undefined ? {} : { from: instant(from) }),
      ...(to === undefined ? {} : { to: instant(to) }),
    },
    ratePerSecond: job.ratePerSecond,
    total: job.total,
    exact: job.exact,
    done: job.done,
    skipped: job.skipped,
    createdAt: instant(job.createdAt),
    updatedAt: instant(job.updatedAt),
  }
}

function presentAttempt(record: AttemptRecord, url: string | undefined): Attempt {
  const { number, startedAt, durationMs, symptom, detail, status, evidence } = record
  const advice = advise({ symptom, detail }, evidence, { url: evidence.url ?? url ?? '' })
  return {
    number,
    at: instant(startedAt),
    durationMs,
    symptom,
    detail,
    status,
    evidence: presentEvidence(evidence),
    advice: { en: [...advice.en], zh: [...advice.zh] },
  }
}

export function presentProbeStage(found: FoundStage): ProbeStage {
  const { stage, check, result, ms, detail, evidence, advice } = found
  return {
    stage,
    ...(check === undefined ? {} : { check }),
    result,
    ms,
    detail,
    evidence: evidence === undefined ? null : presentEvidence(evidence),
    advice: { en: [...advice.en], zh: [...advice.zh] },
  }
}

export function presentProbe({ stages, ok }: FoundProbe): Probe {
  return { stages: stages.map(presentProbeStage), ok }
}

export function presentPage<Stored, Item>(page: Page<Stored>, present: (item: Stored) => Item): List<Item> {
  return { items: page.items.map(present), nextCursor: page.nextCursor }
}
