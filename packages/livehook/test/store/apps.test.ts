import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewAuditEntry } from '../../src/store/port/access.ts'
import type { Store } from '../../src/store/port/port.ts'
import { places } from './places.ts'
import type { StorePlace } from './places.ts'
import { registerWebhook, someTime } from './samples.ts'

describe.each(places)('$title', ({ createPlace }) => {
  let place: StorePlace
  let store: Store
  beforeEach(async () => {
    place = await createPlace()
    store = await place.open()
  })
  afterEach(async () => {
    await store.close()
    await place.remove()
  })

  const entryOf = (action: string, sdkAppId: number): NewAuditEntry => ({
    at: someTime,
    sdkAppId,
    action,
    target: String(sdkAppId),
    actor: { id: 'key_a', name: 'a', role: 'admin', bySession: false },
    address: null,
    before: null,
    after: null,
  })
  const makeKey = (sdkAppId: number, name: string) =>
    store.putKey({ role: 'ingest', sdkAppId, hash: name, name, prefix: '', createdAt: someTime })

  it('makes an app with its secret key in one commit, under a number that was given out before', async () => {
    const sdkAppId = await store.reserveApp()
    const app = await store.createApp({ sdkAppId, name: 'Shop', createdAt: someTime, secretKey: 'sealed' })
    expect(app).toMatchObject({ sdkAppId, name: 'Shop', secretKeySet: true })
    expect(await store.getSecretKey(sdkAppId)).toBe('sealed')
    expect(await store.reserveApp()).not.toBe(sdkAppId)
    expect((await store.createApp({ name: 'Other', createdAt: someTime })).sdkAppId).not.toBe(sdkAppId)
  })

  it('deletes an app with its keys and writes what the log says about it in the same commit', async () => {
    const { sdkAppId } = await store.createApp({ name: 'Shop', createdAt: someTime, secretKey: 'sealed' })
    const other = await store.createApp({ name: 'Other', createdAt: someTime })
    const keys = [await makeKey(sdkAppId, 'one'), await makeKey(sdkAppId, 'two')]
    const kept = await makeKey(other.sdkAppId, 'kept')
    const entries = [entryOf('key.revoked', sdkAppId), entryOf('app.deleted', sdkAppId)]
    expect(await store.deleteApp(sdkAppId, entries)).toEqual({ kind: 'deleted', keys })
    expect(await store.listKeys()).toEqual([kept])
    expect(await store.getSecretKey(sdkAppId)).toBeUndefined()
    const { items } = await store.listAudit({}, { limit: 10 })
    expect(items.map(({ action }) => action)).toEqual(['app.deleted', 'key.revoked'])
    expect(await store.deleteApp(sdkAppId, entries)).toEqual({ kind: 'missing' })
  })

  it('leaves an app that has webhooks as it is, and its log too', async () => {
    const { sdkAppId } = await registerWebhook(store)
    const key = await makeKey(sdkAppId, 'one')
    expect(await store.deleteApp(sdkAppId, [entryOf('app.deleted', sdkAppId)])).toEqual({ kind: 'in_use' })
    expect(await store.listKeys()).toEqual([key])
    expect((await store.listAudit({}, { limit: 10 })).items).toEqual([])
  })
})
