// GET /metrics: what happened is counted, in the format that Prometheus reads, and a key of one app sees that app alone.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let good: TestReceiver
let bad: TestReceiver

beforeAll(async () => {
  service = await openService()
  good = await openReceiver((request, response) => {
    const errorCode = request.body.includes('refuse me') ? 1 : 0
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ErrorCode: errorCode }))
  })
  bad = await openReceiver((_request, response) => void response.writeHead(500).end())
})

afterAll(async () => {
  await service.close()
  await good.close()
  await bad.close()
})

interface Line {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads the exposition format strictly: whatever is no comment is a sample, and each name was introduced before. */
function read(text: string): readonly Line[] {
  const introduced = new Set<string>()
  const lines: Line[] = []
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.trimEnd().split('\n')) {
    const [, type = '', kind] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? []
    const suffixes = kind === 'histogram' ? ['_bucket', '_sum', '_count'] : kind === undefined ? [] : ['']
    for (const suffix of suffixes) introduced.add(`${type}${suffix}`)
    if (line.startsWith('#')) continue
    const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? ([\d.e+-]+)$/.exec(line) ?? []
    expect(introduced).toContain(name)
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', written = '']) => [key, written])
    lines.push({ name, labels: Object.fromEntries(pairs), value: Number(value) })
  }
  return lines
}

async function metrics(key?: string): Promise<readonly Line[]> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const { status, text, headers: answered } = await service.call('GET', '/metrics', undefined, headers)
  expect(status).toBe(200)
  expect(answered.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return read(text)
}

test('counts events, attempts and asks, and says what waits', async () => {
  const { sdkAppId } = await service.createApp()
  const commands = ['*', 'Group.CallbackBeforeSendMsg']
  const { webhookId: goodId } = await service.createWebhook(sdkAppId, { url: good.url, commands })
  const { webhookId: badId } = await service.createWebhook(sdkAppId, { url: bad.url, commands: ['*'], retry: [60] })
  const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
  await service.untilState(deliveries[0] ?? '', 'succeeded')
  await service.untilState(deliveries[1] ?? '', 'pending')
  const asks = `/v1/apps/${sdkAppId}/asks?command=Group.CallbackBeforeSendMsg`
  await service.call('POST', asks, '{"GroupId":"g1","Note":"refuse me"}')

  const untilCounted = async (): Promise<readonly Line[]> => {
    for (let tried = 0; ; tried += 1) {
      const lines = await metrics()
      const isCounted = lines.some(
        ({ name, labels }) => name === 'livehook_attempts_total' && labels['webhook_id'] === badId,
      )
      if (isCounted || tried === 100) return lines
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const lines = await untilCounted()
  const one = (name: string, labels: Record<string, string>): number | undefined =>
    lines.find((line) => line.name === name && Object.entries(labels).every(([key, text]) => line.labels[key] === text))
      ?.value
  const app = { sdk_app_id: String(sdkAppId) }
  expect(one('livehook_events_accepted_total', app)).toBe(1)
  expect(one('livehook_attempts_total', { ...app, webhook_id: goodId, symptom: 'none' })).toBe(1)
  expect(one('livehook_attempts_total', { ...app, webhook_id: badId, symptom: 'http_code_not_200' })).toBe(1)
  expect(one('livehook_asks_total', { ...app, verdict: 'deny', decided_by: 'app' })).toBe(1)
  expect(one('livehook_deliveries_waiting', { ...app, webhook_id: badId })).toBe(1)
  expect(one('livehook_webhook_breaker_open', { ...app, webhook_id: goodId, of: 'deliveries' })).toBe(0)
  expect(one('livehook_webhook_active', { ...app, webhook_id: goodId })).toBe(1)
  expect(one('livehook_store_up', {})).toBe(1)
  expect(one('process_resident_memory_bytes', {})).toBeGreaterThan(10_000_000)
})

test('a duplicate is no accepted event', async () => {
  const { sdkAppId } = await service.createApp()
  const post = () =>
    service.call('POST', `/v1/apps/${sdkAppId}/events?command=Live.CallbackAfterCreateRoom`, '{"RoomId":"r1"}', {
      'idempotency-key': 'once',
    })
  await post()
  expect((await post()).body).toMatchObject({ status: 'duplicate' })
  const lines = await metrics()
  const accepted = lines.find(
    ({ name, labels }) => name === 'livehook_events_accepted_total' && labels['sdk_app_id'] === String(sdkAppId),
  )
  expect(accepted?.value).toBe(1)
})

test('a key of one app sees that app alone, and nothing of the process', async () => {
  const [own, foreign] = [await service.createApp(), await service.createApp()]
  for (const { sdkAppId } of [own, foreign]) {
    await service.createWebhook(sdkAppId, { url: good.url, commands: ['*'] })
  }
  const { body } = await service.call('POST', '/v1/keys', { name: 'watcher', role: 'read', sdkAppId: own.sdkAppId })
  const lines = await metrics(String(body['key']))
  const apps = new Set(lines.flatMap(({ labels }) => labels['sdk_app_id'] ?? []))
  expect(apps).toEqual(new Set([String(own.sdkAppId)]))
  expect(lines.some(({ name }) => name.startsWith('process_'))).toBe(false)
})

test('says how long commits, asks and attempts took, in buckets that add up, and how the process does', async () => {
  const { sdkAppId } = await service.createApp()
  await service.createWebhook(sdkAppId, { url: good.url, commands: ['*', 'Group.CallbackBeforeSendMsg'] })
  const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{}')
  await service.untilState(deliveries[0] ?? '', 'succeeded')
  await service.call('POST', `/v1/apps/${sdkAppId}/asks?command=Group.CallbackBeforeSendMsg`, '{"GroupId":"g1"}')
  const named = (lines: readonly Line[], name: string) => lines.filter((line) => line.name === name)
  await expect.poll(async () => named(await metrics(), 'livehook_attempt_seconds_count')[0]?.value).toBeGreaterThan(0)
  const lines = await metrics()
  for (const name of ['livehook_accept_commit_seconds', 'livehook_ask_seconds', 'livehook_attempt_seconds']) {
    const buckets = named(lines, `${name}_bucket`)
    const counts = buckets.map(({ value }) => value)
    expect(counts).toEqual(counts.toSorted((left, right) => left - right))
    expect(buckets.at(-1)?.labels).toEqual({ le: '+Inf' })
    expect(buckets.at(-1)?.value).toBe(named(lines, `${name}_count`)[0]?.value)
    expect(named(lines, `${name}_count`)[0]?.value).toBeGreaterThan(0)
    expect(named(lines, `${name}_sum`)[0]?.value).toBeGreaterThan(0)
  }
  expect(named(lines, 'nodejs_heap_used_bytes')[0]?.value).toBeGreaterThan(1_000_000)
  expect(named(lines, 'nodejs_eventloop_lag_p99_seconds')[0]?.value).toBeGreaterThanOrEqual(0)
})
