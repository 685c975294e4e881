// Deliveries as the service would tell of them, for each ending.

import type { Attempt, Delivery, DeliveryDetail, Webhook } from 'livehook/contract'
import type { Ending } from './console-under-test.ts'

export const hostileText = [
  '<script>document.title = "taken over"</script><img src=x onerror=alert(1)>',
  'right-to-left: \u202eevil\u202c, null: \u0000, escape: \u001b[31m, zero width: a\u200bb',
  'm'.repeat(64 * 1024),
].join('\n')

export function sampleWebhook(webhook: {
  sdkAppId: number
  number: number
  name: string
  commands: string[]
}): Webhook {
  const { number, ...members } = webhook
  const at = new Date().toISOString()
  return {
    ...members,
    webhookId: `wh_7k2m9qxd0000000${number}`,
    url: 'https://hooks.shop.test/livehook?tenant=1',
    spelling: 'webhook',
    contentType: true,
    enabled: true,
    paused: false,
    timeoutMs: 5000,
    maxInFlight: 32,
    ratePerSecond: null,
    retry: [5, 30, 120],
    headers: {},
    health: {
      breaker: 'closed',
      lastSuccessAt: at,
      lastFailureAt: null,
      failingSince: null,
      disabledReason: null,
    },
    tokenSet: number % 2 === 1,
    tokenHint: number % 2 === 1 ? 'yyyy' : null,
    createdAt: at,
    updatedAt: at,
  }
}

export function summarise(detail: DeliveryDetail): Delivery {
  const { attemptCount, attempts, webhook: _webhook, event: _event, advice: _advice, ...members } = detail
  const last = attempts.at(-1)
  if (last === undefined) return { ...members, attempts: attemptCount, lastAttempt: null }
  const { number, at, durationMs, symptom, detail: fine, status } = last
  return { ...members, attempts: attemptCount, lastAttempt: { number, at, durationMs, symptom, detail: fine, status } }
}

export function acceptedDelivery(facts: {
  sdkAppId: number
  webhook: Webhook | null
  number: number
  command?: string
  body?: string
}): DeliveryDetail {
  const { sdkAppId, webhook, number, command = 'Live.CallbackAfterCreateRoom' } = facts
  const id = `7k2m9qxd${String(number).padStart(8, '0')}`
  const body =
    facts.body ??
    `{"CallbackCommand":"${command}","EventTime":1795488000123,"RoomId":"room-${number}","Owner_Account":9007199254740993}`
  // One millisecond apart, so that their order is theirs.
  const createdAt = new Date(Date.now() - 60_000 + number).toISOString()
  return {
    deliveryId: `dlv_${id}`,
    eventId: `evt_${id}`,
    webhookId: webhook?.webhookId ?? 'wh_7k2m9qxd0000dead',
    sdkAppId,
    command,
    state: 'claimed',
    reason: null,
    createdAt,
    dueAt: null,
    lastAttempt: null,
    attemptCount: 0,
    attempts: [],
    webhook: webhook === null ? null : { webhookId: webhook.webhookId, name: webhook.name, url: webhook.url },
    event: {
      eventId: `evt_${id}`,
      command,
      clientIp: '203.0.113.7',
      optPlatform: 'Android',
      acceptedAt: createdAt,
      traceparent: null,
      body,
      bodyBytes: Buffer.byteLength(body),
    },
    advice: { en: [], zh: [] },
  }
}

const request = {
  target:
    '/livehook?tenant=1&SdkAppId=1400000001&WebhookCommand=Live.CallbackAfterCreateRoom&contenttype=json&ClientIP=203.0.113.7&OptPlatform=Android&Sign=****&RequestTime=1795488000',
  requestHeaders: {
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': 'livehook/0.1.0',
    'webhook-id': 'evt_7k2m9qxd00000001',
    'livehook-attempt': '1',
  },
}

const dialled = {
  resolver: '192.0.2.53:53',
  addresses: ['198.51.100.20', '2001:db8::20'],
  dialled: '198.51.100.20:443',
  local: '192.0.2.10:41234',
  reused: false,
  tlsProtocol: 'TLSv1.3',
}

const phaseMs = { resolve: 3.2, connect: 11.8, tls: 27.4, write: 0.3, first_byte: 84.1, body: 1.2 }

type AttemptFacts = Omit<Attempt, 'number' | 'at' | 'advice'> & { advice?: Attempt['advice'] }

const attemptsOf: Readonly<Record<Ending, () => AttemptFacts[]>> = {
  succeeded: () => [
    {
      durationMs: 128,
      symptom: 'none',
      detail: 'ok',
      status: 200,
      evidence: { phase: 'done', phaseMs, ...dialled, status: 200, bodyBytes: 50 },
    },
  ],
  name_not_found: () => [
    {
      durationMs: 12.4,
      symptom: 'times_out',
      detail: 'dns_not_found',
      status: null,
      evidence: { phase: 'resolve', phaseMs: { resolve: 12.4 }, resolver: '192.0.2.53:53', errorCode: 'NXDOMAIN' },
      advice: {
        en: [
          'Access to the webhook URL times out.',
          'The name `hooks.shop.test` does not exist in the public DNS (NXDOMAIN from 192.0.2.53 after 12 ms).',
          'Check the spelling of the domain and that it is published publicly: `dig +short hooks.shop.test`.',
        ],
        zh: [
          '访问回调 URL 超时。',
          '公共 DNS 中不存在域名 `hooks.shop.test`（192.0.2.53 在 12 ms 后返回 NXDOMAIN）。',
          '请检查域名拼写，并确认它已公开发布：`dig +short hooks.shop.test`。',
        ],
      },
    },
  ],
  certificate_expired: () => [
    {
      durationMs: 43.1,
      symptom: 'https_certificate_error',
      detail: 'tls_expired',
      status: null,
      evidence: {
        phase: 'tls',
        phaseMs: { resolve: 3.2, connect: 11.8, tls: 28.1 },
        ...dialled,
        errorCode: 'CERT_HAS_EXPIRED',
        certificate: {
          subject: 'CN=hooks.shop.test',
          issuer: 'CN=Test CA, O=Example',
          names: ['hooks.shop.test', 'www.shop.test'],
          notBefore: '2026-07-01T00:00:00.000Z',
          notAfter: '2026-09-29T00:00:00.000Z',
          fingerprint: Array.from({ length: 32 }, () => 'A7').join(':'),
          chainLength: 2,
        },
      },
      advice: {
        en: ['The certificate of `hooks.shop.test` expired on 2026-09-29. Renew it, then redeliver.'],
        zh: ['`hooks.shop.test` 的证书已于 2026-09-29 过期。请更新证书后重新投递。'],
      },
    },
  ],
  status_500: () => {
    const failed: AttemptFacts = {
      durationMs: 131,
      symptom: 'http_code_not_200',
      detail: 'status_500',
      status: 500,
      evidence: {
        phase: 'done',
        phaseMs,
        ...dialled,
        ...request,
        status: 500,
        responseHeaders: [['content-type', 'text/plain']],
        bodyStart: 'boom',
        bodyBytes: 4,
      },
      advice: {
        en: ['The request arrived, and the receiver answered 500. Look into its own log at that time.'],
        zh: ['请求已到达，但接收方返回了 500。请查看接收方当时的日志。'],
      },
    }
    return [
      failed,
      {
        ...failed,
        durationMs: 96,
        evidence: { ...failed.evidence, reused: true, phaseMs: { write: 0.2, first_byte: 94.6, body: 1.2 } },
      },
    ]
  },
  hostile_answer: () => [
    {
      durationMs: 140,
      symptom: 'response_not_json',
      detail: 'html',
      status: 200,
      evidence: {
        phase: 'done',
        phaseMs,
        ...dialled,
        ...request,
        status: 200,
        responseHeaders: [
          ['content-type', 'text/html'],
          ['x-hostile', hostileText.slice(0, 1000)],
        ],
        bodyStart: hostileText,
        bodyBytes: hostileText.length + 900,
        jsonOffset: 0,
        jsonFound: '<script>',
      },
      advice: { en: [`The answer is HTML: ${hostileText.slice(0, 200)}`], zh: ['应答是 HTML。'] },
    },
  ],
}

export function endDelivery(accepted: DeliveryDetail, ending: Ending): DeliveryDetail {
  const start = Date.parse(accepted.createdAt)
  const attempts = attemptsOf[ending]().map((facts, index): Attempt => ({
    advice: { en: [], zh: [] },
    ...facts,
    number: index + 1,
    at: new Date(start + index * 5000).toISOString(),
  }))
  const last = attempts.at(-1)
  const isWaiting = ending === 'status_500'
  return {
    ...accepted,
    state: ending === 'succeeded' ? 'succeeded' : isWaiting ? 'pending' : 'dead',
    reason: ending === 'succeeded' || isWaiting ? null : 'no_retry',
    dueAt: isWaiting ? new Date(Date.now() + 30_000).toISOString() : null,
    attempts,
    attemptCount: attempts.length,
    lastAttempt: null,
    advice: last?.advice ?? accepted.advice,
  }
}
