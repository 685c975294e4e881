// Sample rows for the store's tests: everything valid, so that a test says only what it is about.

import type { AcceptRequest, AcceptResult, AttemptRecord, SettleRequest } from '../../src/store/port/flow.ts'
import type { NewWebhook } from '../../src/store/port/webhooks.ts'
import type { Store } from '../../src/store/port/port.ts'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'

export const someTime = 1_795_000_000_000

export function sampleWebhook(sdkAppId: number, members: Partial<NewWebhook> = {}): NewWebhook {
  return {
    sdkAppId,
    name: 'Orders',
    url: 'https://hooks.example.test/live?room=1',
    commands: ['Live.*'],
    spelling: 'webhook',
    contentType: true,
    enabled: true,
    paused: false,
    timeoutMs: 5000,
    maxInFlight: 32,
    retrySeconds: [5, 30],
    ratePerSecond: null,
    headers: { 'x-team': 'live' },
    askDeadlineMs: 2000,
    failurePolicy: {},
    trial: null,
    tls: { ca: 'an authority', certificate: null, privateKey: null },
    keepBodies: 'always',
    disabledReason: null,
    rotationEndsAt: someTime + 60_000,
    createdAt: someTime,
    ...members,
  }
}

export function sampleEvent(
  webhook: Pick<Webhook, 'sdkAppId' | 'webhookId'>,
  members: Partial<AcceptRequest> = {},
): AcceptRequest {
  return {
    sdkAppId: webhook.sdkAppId,
    command: 'Live.CallbackAfterCreateRoom',
    clientIp: '203.0.113.7',
    optPlatform: 'Android',
    body: new TextEncoder().encode('{"RoomId":"r1"}'),
    acceptedAt: someTime,
    deliveries: [{ webhookId: webhook.webhookId }],
    ...members,
  }
}

export function sampleAttempt(members: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    number: 1,
    startedAt: someTime + 10,
    durationMs: 12.345,
    symptom: 'none',
    detail: 'ok',
    status: 200,
    evidence: { phase: 'done', phaseMs: { write: 0.25, first_byte: 11.5 }, dialled: '203.0.113.10:443', reused: true },
    ...members,
  }
}

/** A failed attempt. */
export function sampleFailure(members: Partial<AttemptRecord> = {}): AttemptRecord {
  return sampleAttempt({ symptom: 'http_code_not_200', detail: 'status_500', status: 500, ...members })
}

export function sampleSettle(deliveryId: string, members: Partial<SettleRequest> = {}): SettleRequest {
  return { deliveryId, attempt: sampleAttempt(), move: { kind: 'succeeded' }, ...members }
}

/** A new app with one webhook. */
export async function registerWebhook(store: Store, members: Partial<NewWebhook> = {}): Promise<Webhook> {
  const app = await store.createApp({ name: 'Shop', createdAt: someTime })
  return store.createWebhook(sampleWebhook(app.sdkAppId, members))
}

/** Accepts one event with one delivery and returns the delivery's id. */
export async function acceptOne(store: Store, webhook: Webhook, members: Partial<AcceptRequest> = {}): Promise<string> {
  const [result] = await store.accept([sampleEvent(webhook, members)])
  if (result?.kind !== 'accepted' || result.deliveryIds[0] === undefined) throw new Error('The event was not accepted.')
  return result.deliveryIds[0]
}

/** Leases what is due of one webhook. */
/** Of an event that was kept, now or before. */
export function eventIdOf(result: AcceptResult | undefined): string {
  if (result?.kind === 'accepted' || result?.kind === 'duplicate') return result.eventId
  throw new Error(`The event was not accepted: ${result?.kind}`)
}

export function claimAll(store: Store, webhook: Webhook, now = someTime, leaseUntil = now + 60_000) {
  return store.claim([{ webhookId: webhook.webhookId, limit: 100 }], { now, leaseUntil })
}
