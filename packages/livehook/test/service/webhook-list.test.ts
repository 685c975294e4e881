// Ten thousand webhooks of one app are listed page by page, and found by a part of their name.

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { WebhookList } from '../../src/http/contract/contract.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { openService } from '../support/service.ts'
import { sampleWebhook } from '../store/samples.ts'

test('webhooks are paged newest first, searched by name, URL, id and command, and counted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-many-'))
  const store = await openSqliteStore({ path: join(folder, 'livehook.db') })
  const { sdkAppId } = await store.createApp({ name: 'Many', createdAt: 1 })
  const made = await Promise.all(
    Array.from({ length: 1000 }, (_, index) =>
      store.createWebhook(
        sampleWebhook(sdkAppId, { name: `room-${index}`, commands: [index === 7 ? 'Room.*' : 'Live.*'], tls: null }),
      ),
    ),
  )
  await store.close()
  const service = await openService({ folder })
  try {
    const read = async (query: string): Promise<WebhookList> =>
      (await service.call('GET', `/v1/apps/${sdkAppId}/webhooks?${query}`)).body as unknown as WebhookList
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: WebhookList = await read(`limit=200${cursor === null ? '' : `&cursor=${cursor}`}`)
      expect([page.items.length, page.total]).toEqual([200, 1000])
      seen.push(...page.items.map(({ webhookId }) => webhookId))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(made.map(({ webhookId }) => webhookId).toReversed())
    expect((await read('q=ROOM-99')).items.map(({ name }) => name)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `room-${999 - index}`),
      'room-99',
    ])
    expect(await read('q=room.%2A')).toMatchObject({ total: 1, items: [{ name: 'room-7' }] })
    expect(await read(`q=${made[3]?.webhookId ?? ''}`)).toMatchObject({ total: 1, items: [{ name: 'room-3' }] })
    expect(await read('q=nowhere&limit=5')).toEqual({ items: [], nextCursor: null, total: 0 })
    const wrong = await service.call('GET', `/v1/apps/${sdkAppId}/webhooks?cursor=made-up`)
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } })
    expect((await read('')).items).toHaveLength(1000)
  } finally {
    await service.close()
  }
})
