// What must hold in the commit that writes a webhook, when several processes write.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import type { Store } from '../../src/store/port/port.ts'
import { places } from './places.ts'
import type { StorePlace } from './places.ts'
import { registerWebhook, sampleWebhook, someTime } from './samples.ts'

const word = 'Live.CallbackBeforeSendGift'

describe.each(places)('$title', ({ createPlace }) => {
  let place: StorePlace
  let store: Store
  let webhook: Webhook
  beforeEach(async () => {
    place = await createPlace()
    store = await place.open()
    webhook = await registerWebhook(store, { commands: [word] })
  })
  afterEach(async () => {
    await store.close()
    await place.remove()
  })

  it('changes a webhook that is as it was seen, and no other: of two changes at once one is refused', async () => {
    const { webhookId, updatedAt } = webhook
    const rename = (name: string) => store.updateWebhook(webhookId, { name }, someTime + 5, { updatedAt })
    const results = await Promise.allSettled([rename('first'), rename('second')])
    expect(results).toMatchObject([
      { status: 'fulfilled', value: { name: 'first' } },
      { status: 'rejected', reason: { code: 'version_mismatch' } },
    ])
    expect(await store.loadWebhooks()).toMatchObject([{ name: 'first' }])
    expect(await store.updateWebhook(webhookId, { name: 'third' }, someTime + 9)).toMatchObject({ name: 'third' })
  })

  it('lets one webhook of an app have a command that only one may have: of two at once one is refused', async () => {
    const { sdkAppId, webhookId } = webhook
    const taken = {
      code: 'command_taken',
      message: expect.stringContaining(`${word} is decided by webhook ${webhookId}`),
    }
    const conditions = { onlyHere: [word] }
    const another = sampleWebhook(sdkAppId, { commands: ['*', word] })
    await expect(store.createWebhook(another, conditions)).rejects.toMatchObject(taken)
    // A webhook is not in its own way, nor in that of another app; a pattern takes nothing.
    expect(await store.updateWebhook(webhookId, { commands: [word, '*'] }, someTime, conditions)).toBeDefined()
    const elsewhere = await store.createApp({ name: 'Other', createdAt: someTime })
    await store.createWebhook(sampleWebhook(elsewhere.sdkAppId, { commands: [word] }), conditions)

    await store.updateWebhook(webhookId, { commands: ['*'] }, someTime)
    const results = await Promise.allSettled([
      store.createWebhook(another, conditions),
      store.updateWebhook(webhookId, { commands: [word] }, someTime, conditions),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })
})
