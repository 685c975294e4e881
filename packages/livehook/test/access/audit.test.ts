import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedFacts, withoutSecrets } from '../../src/domain/access/audit.ts'
import { createAuditTrail } from '../../src/engine/manage/audit-trail.ts'
import { createRetention } from '../../src/engine/upkeep/retention.ts'
import type { AuditEntry } from '../../src/http/contract/contract.ts'
import { StoreError } from '../../src/store/port/errors.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { createSqlitePlace } from '../store/sqlite-place.ts'
import type { TestService } from '../support/service.ts'
import { alone } from '../support/leases.ts'
import { openService } from '../support/service.ts'
import { fillApp, makeKey } from './world.ts'

const dayMs = 86_400_000

let service: TestService

beforeAll(async () => {
  service = await openService()
})
afterAll(() => service.close())

async function log(query: string): Promise<readonly AuditEntry[]> {
  const { body } = await service.call('GET', `/v1/audit?${query}`)
  return body['items'] as AuditEntry[]
}

describe('the audit log', () => {
  test('has one entry for every change: who, when, from where, what, before and after', async () => {
    const since = Date.now()
    const { sdkAppId } = await service.createApp('shop')
    const { key, keyId, name } = await makeKey(service, 'operator', sdkAppId)
    const call = async (method: string, path: string, body?: unknown) => {
      const answer = await service.call(method, path, body, { authorization: `Bearer ${key}` })
      expect(answer).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) })
      return answer.body
    }
    const webhooks = `/v1/apps/${sdkAppId}/webhooks`
    const created = await call('POST', webhooks, { url: 'https://example.com/', commands: ['Live.*'], paused: true })
    const webhookId = String(created['webhookId'])
    await call('PATCH', `${webhooks}/${webhookId}`, { timeoutMs: 700, headers: { 'X-Api-Key': 'a-planted-header' } })
    await call('PUT', `${webhooks}/${webhookId}/token`, { token: 'a-planted-token' })
    await call('GET', `${webhooks}/${webhookId}/token?reveal=true`)
    await call('DELETE', `${webhooks}/${webhookId}/token`)
    const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{}')
    await call('POST', `/v1/deliveries/${deliveries[0]}/cancel`)
    const job = await call('POST', `/v1/apps/${sdkAppId}/redeliveries`, { filter: { command: 'Live.*' } })
    await call('DELETE', `${webhooks}/${webhookId}`)
    await service.call('DELETE', `/v1/keys/${keyId}`)

    const entries = await log(`sdkAppId=${sdkAppId}&limit=200`)
    const byOperator = { id: keyId, name, role: 'operator', bySession: false }
    const byAdmin = { id: 'key_environment', name: 'LIVEHOOK_ADMIN_KEY', role: 'admin', bySession: false }
    expect(entries.toReversed().map(({ action, target, actor }) => ({ action, target, actor }))).toEqual([
      { action: 'app.created', target: String(sdkAppId), actor: byAdmin },
      { action: 'key.created', target: keyId, actor: byAdmin },
      { action: 'webhook.created', target: webhookId, actor: byOperator },
      { action: 'webhook.changed', target: webhookId, actor: byOperator },
      { action: 'token.set', target: webhookId, actor: byOperator },
      { action: 'token.revealed', target: webhookId, actor: byOperator },
      { action: 'token.removed', target: webhookId, actor: byOperator },
      { action: 'delivery.cancelled', target: deliveries[0], actor: byOperator },
      { action: 'redelivery.started', target: job['jobId'], actor: byOperator },
      { action: 'webhook.deleted', target: webhookId, actor: byOperator },
      { action: 'key.revoked', target: keyId, actor: byAdmin },
    ])
    for (const { at, address } of entries) {
      expect(Date.parse(at)).toBeGreaterThanOrEqual(since)
      expect(address).toBe('127.0.0.1')
    }
    const changed = entries.find(({ action }) => action === 'webhook.changed')
    expect(changed).toMatchObject({
      before: { timeoutMs: 5000, headers: {} },
      after: { timeoutMs: 700, headers: { 'X-Api-Key': '***' } },
    })
    expect(Object.keys(changed?.after ?? {}).toSorted()).toEqual(['headers', 'timeoutMs'])
    expect(JSON.stringify(entries)).not.toMatch(/planted|lhk_[\w-]{20}/)
  })

  test('tells sessions from keys, and has their beginning and end', async () => {
    const signIn = { 'content-type': 'application/json', origin: service.url }
    const code = new URL(service.service.signInUrl()).hash.slice('#code='.length)
    const opened = await fetch(`${service.url}/v1/session`, {
      method: 'POST',
      headers: signIn,
      body: JSON.stringify({ code }),
    })
    const cookie = opened.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const headers = { cookie, origin: service.url, 'content-type': 'application/json' }
    await fetch(`${service.url}/v1/apps`, { method: 'POST', headers, body: '{"name":"by session"}' })
    await fetch(`${service.url}/v1/session`, { method: 'DELETE', headers: { cookie, origin: service.url } })
    const entries = await log('actor=link')
    expect(entries.map(({ action }) => action)).toEqual(['session.closed', 'app.created', 'session.opened'])
    expect(entries[1]?.actor).toEqual({ id: 'link', name: 'one-time link', role: 'admin', bySession: true })
  })

  test('has nothing of what was refused or only asked for', async () => {
    const { sdkAppId, webhookId } = await fillApp(service)
    const before = await log('limit=200')
    await service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, { url: 'https://example.com/' })
    await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { url: 'ftp://example.com/' })
    await service.call('POST', `/v1/apps/${sdkAppId}/redeliveries`, { filter: {}, dryRun: true })
    await service.call('GET', `/v1/apps/${sdkAppId}/webhooks/${webhookId}/token`)
    await service.call('DELETE', '/v1/keys/key_of_nobody')
    expect(await log('limit=200')).toEqual(before)
  })

  test('is read page by page, by app, action and actor', async () => {
    const { sdkAppId } = await fillApp(service)
    const all = await log(`sdkAppId=${sdkAppId}&limit=200`)
    const paged: AuditEntry[] = []
    let cursor = ''
    do {
      const { body } = await service.call('GET', `/v1/audit?sdkAppId=${sdkAppId}&limit=2${cursor}`)
      const page = body as { items: AuditEntry[]; nextCursor: string | null }
      paged.push(...page.items)
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
    } while (cursor !== '')
    expect(paged).toEqual(all)
    expect(await log(`sdkAppId=${sdkAppId}&action=webhook.created`)).toEqual(
      all.filter(({ action }) => action === 'webhook.created'),
    )
    expect(await log('actor=key_of_nobody')).toEqual([])
    const { body } = await service.call('GET', `/v1/audit?limit=1`)
    const foreign = await service.call('GET', `/v1/audit?actor=link&cursor=${String(body['nextCursor'])}`)
    expect(foreign.body['code']).toBe('invalid_cursor')
  })

  test('is kept over a restart and goes with its retention, oldest first', async () => {
    const place = await createSqlitePlace()
    const first = await openSqliteStore({ path: place.path })
    const actor = { id: 'key_x', name: 'x', role: 'admin', bySession: false }
    const entry = { sdkAppId: null, action: 'app.created', target: '1', actor, address: null, before: null }
    for (const at of [1, 2, 3]) await first.recordAudit({ ...entry, at: at * dayMs, after: { at } })
    await first.close()
    const store = await openSqliteStore({ path: place.path })
    const kept = async () => (await store.listAudit({}, { limit: 10 })).items.map(({ at }) => at / dayMs)
    expect(await kept()).toEqual([3, 2, 1])
    expect(await store.trimAudit(2 * dayMs)).toBe(false)
    expect(await kept()).toEqual([3, 2])
    await store.trimAudit(9 * dayMs)
    const next = await store.recordAudit({ ...entry, at: 9 * dayMs, after: null })
    const [again] = (await store.listAudit({}, { limit: 1 })).items
    // A number is given out once, even after the newest entries went.
    expect([again, next.auditId.endsWith('4')]).toEqual([next, true])
    await store.close()
    await place.remove()
  })

  test('is trimmed by the sweep of retention, also if events are kept for ever', async () => {
    const place = await createSqlitePlace()
    const store = await openSqliteStore({ path: place.path })
    const actor = { id: 'key_x', name: 'x', role: 'admin', bySession: false }
    const entry = {
      sdkAppId: null,
      action: 'app.created',
      target: '1',
      actor,
      address: null,
      before: null,
      after: null,
    }
    for (let at = 0; at < 1200; at += 1) await store.recordAudit({ ...entry, at })
    await store.recordAudit({ ...entry, at: 50 * dayMs })
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
    const deps = { store, retentionDays: 0, now: () => 100 * dayMs, log: quiet }
    const left = async () => (await store.listAudit({}, { limit: 200 })).items.length
    await createRetention({ leases: alone, ...deps, auditDays: 0 }).sweep()
    expect(await left()).toBe(200)
    await createRetention({ leases: alone, ...deps, auditDays: 90 }).sweep()
    expect(await left()).toBe(1)
    await store.close()
    await place.remove()
  })

  test('that cannot be written is told to anyone who made the change, which stands', async () => {
    const cause = new StoreError('store_unavailable', 'The disk is full.')
    const trail = createAuditTrail({ store: { recordAudit: () => Promise.reject(cause) }, now: Date.now })
    const origin = { actor: { id: 'key_x', name: 'x', role: 'admin', bySession: false }, address: null }
    const recorded = trail.record(origin, { action: 'app.created', sdkAppId: 1, target: '1' })
    await expect(recorded).rejects.toMatchObject({ code: 'audit_unavailable', facts: { retryAfterSeconds: 2 } })
  })
})

describe('facts for the audit log', () => {
  test('have no secrets, wherever they stand, and no values of headers', () => {
    const facts = {
      name: 'x',
      token: 'a',
      tokenHint: 'b',
      secretKey: 'c',
      tls: { ca: 'shown', privateKey: 'd' },
      list: [{ key: 'e', shown: 1 }],
      headers: { authorization: 'f', 'X-Y': 'g' },
      body: 'h',
      Sign: 'i',
    }
    expect(withoutSecrets(facts)).toEqual({
      name: 'x',
      tls: { ca: 'shown' },
      list: [{ shown: 1 }],
      headers: { authorization: '***', 'X-Y': '***' },
    })
  })

  test('are those that differ', () => {
    const before = { same: [1, { a: 2 }], changed: 1, gone: 1 }
    expect(changedFacts(before, { same: [1, { a: 2 }], changed: 2, added: 3 })).toEqual({
      before: { changed: 1, gone: 1 },
      after: { changed: 2, added: 3 },
    })
  })
})
