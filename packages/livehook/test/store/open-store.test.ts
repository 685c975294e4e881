import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeSettings, parseSettings } from '../../src/config/settings.ts'
import { openStore } from '../../src/store/open-store.ts'

const parse = (store: string) => parseSettings({ flags: { store }, environment: {}, readFile: () => '' })

test('a store is opened by what the settings name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-open-'))
  const { settings } = parse(`sqlite:${join(folder, 'livehook.db')}`)
  const store = await openStore(settings.store, { now: Date.now })
  await expect(store.ping()).resolves.toBeUndefined()
  await store.close()
  await rm(folder, { recursive: true })
})

test('a PostgreSQL URL is refused with a sentence, and its password is not repeated (I9)', async () => {
  const parsed = parse('postgres://livehook:hunter2@db.invalid/livehook')
  expect(JSON.stringify(describeSettings(parsed))).not.toContain('hunter2')
  await expect(openStore(parsed.settings.store, { now: Date.now })).rejects.toMatchObject({
    code: 'store_unavailable',
    message: expect.stringMatching(/^LIVEHOOK_STORE names a PostgreSQL database(?!.*hunter2)/),
  })
})
