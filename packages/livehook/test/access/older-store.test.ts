import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TestService } from '../support/service.ts'
import { openService } from '../support/service.ts'
import { makeKey } from './world.ts'

let folder: string
let service: TestService | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-older-'))
})
afterEach(async () => {
  await service?.close()
  service = undefined
  await rm(folder, { recursive: true, force: true })
})

const oldKey = 'lhk_of-the-first-release-0123456789ab'

/** A data file as the first release left it: its layout, an app, a webhook with a token, an admin key. */
function makeOlderStore(): void {
  const db = new DatabaseSync(join(folder, 'livehook.db'))
  const layout = new URL('../../src/store/sqlite/file/migrations/0001-initial.sql', import.meta.url)
  db.exec(readFileSync(layout, 'utf8'))
  db.exec(`
    CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;
    INSERT INTO migrations VALUES (1, '0001-initial.sql', 1);
    INSERT INTO meta VALUES ('salt', '0123abcd');
    UPDATE counters SET app = 1400000002, webhook = 2, api_key = 2;
    INSERT INTO apps VALUES (1400000001, 'old', 1);
    INSERT INTO webhooks (webhook, app, name, url, commands, spelling, content_type, enabled, paused, timeout_ms, max_in_flight,
      retry_seconds, headers, ask_deadline_ms, failure_policy, keep_bodies, created_at, updated_at)
    VALUES (1, 1400000001, 'default', 'https://example.com/', '["*"]', 'webhook', 1, 1, 1, 5000, 32, '[5]', '{}', 2000, '{}',
      'always', 1, 1);
    INSERT INTO webhook_tokens VALUES (1, 0, 'a-token-of-the-first-release');
  `)
  const hash = createHash('sha256').update(oldKey).digest('hex')
  db.prepare("INSERT INTO api_keys VALUES (1, 'admin', ?, 'first start', 1)").run(hash)
  db.close()
}

test('a store of the first release opens: its key is an admin’s, its webhook keeps its token', async () => {
  makeOlderStore()
  service = await openService({ folder, flags: { adminKey: '' } })
  expect(service.service.createdKey).toBeUndefined()
  const running = service
  const call = (path: string) => running.call('GET', path, undefined, { authorization: `Bearer ${oldKey}` })
  const keys = await call('/v1/keys')
  expect(keys.body['items']).toMatchObject([
    { name: 'first start', role: 'admin', sdkAppId: null, prefix: null, createdAt: '1970-01-01T00:00:00.001Z' },
  ])
  const webhooks = await call('/v1/apps/1400000001/webhooks')
  const [webhook] = webhooks.body['items'] as { webhookId: string }[]
  const token = await call(`/v1/apps/1400000001/webhooks/${webhook?.webhookId}/token?reveal=true`)
  expect(token.body['token']).toBe('a-token-of-the-first-release')
  expect((await call('/v1/apps/1400000001')).body).toMatchObject({ eventsPerSecond: null, asksPerSecond: null })
})

test('keys, their roles and when they were used are there after a restart', async () => {
  service = await openService({ folder })
  const { sdkAppId } = await service.createApp()
  const { key, keyId } = await makeKey(service, 'read', sdkAppId)
  await service.call('GET', '/v1/apps', undefined, { authorization: `Bearer ${key}` })
  const shown = async () => {
    const body = (await service?.call('GET', '/v1/keys'))?.body ?? {}
    return (body['items'] as { keyId: string }[]).find((each) => each.keyId === keyId)
  }
  const before = await shown()
  expect(before).toMatchObject({ role: 'read', sdkAppId, lastUsedAt: expect.stringMatching(/^20/) })
  service = await service.restart()
  expect(await shown()).toEqual(before)
  const again = await service.call('GET', `/v1/apps/${sdkAppId}`, undefined, { authorization: `Bearer ${key}` })
  expect(again.status).toBe(200)
})

test('with the key of the settings the stored keys count too', async () => {
  const first = await openService({ folder, flags: { adminKey: '' } })
  const key = first.service.createdKey ?? ''
  await first.service.stop()
  service = await openService({ folder })
  const answers = [
    await service.call('GET', '/v1/keys'),
    await service.call('GET', '/v1/keys', undefined, { authorization: `Bearer ${key}` }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
})
