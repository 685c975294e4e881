// The palette and the keys: everywhere without a mouse, in a real browser.

import type { App } from 'livehook/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

let service: ConsoleUnderTest
let browser: Browser
let app: App
let other: App
let deliveryId: string
let decisionId: string

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
  other = await service.createApp('Karaoke <b>hall</b>')
  app = await service.createApp('Shop')
  await service.createWebhook(app.sdkAppId, { name: 'orders-hook', commands: ['Live.*'] })
  deliveryId = await service.deliver(app.sdkAppId, 'name_not_found')
  decisionId = await service.ask(app.sdkAppId, 'Live.CallbackBeforeSendGift')
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open(room = 'settings') {
  const watched = await openSignedIn(browser, service, { path: `/apps/${app.sdkAppId}/${room}` })
  onTestFinished(watched.close)
  const { page } = watched
  await page.getByRole('heading', { level: 1 }).waitFor()
  const box = page.getByRole('combobox', { name: 'Go to, or do' })
  const go = async (text: string) => {
    await page.keyboard.press('Control+k')
    await box.waitFor()
    await page.keyboard.type(text)
    await page.getByRole('dialog').getByRole('option', { selected: true }).waitFor()
    await page.keyboard.press('Enter')
  }
  return { ...watched, box, go }
}

describe('Ctrl-K', () => {
  test('leads to rooms, apps, webhooks and commands by their names', async () => {
    const { page, faults, go } = await open()
    await go('decis')
    await page.waitForURL((url) => url.pathname.endsWith('/decisions'))
    await go('orders-h')
    await page.waitForURL((url) => url.pathname.includes('/webhooks/wh_'))
    await go('BeforeSendGift')
    await page.waitForURL((url) => url.searchParams.get('command') === 'Live.CallbackBeforeSendGift')
    await go('karaoke')
    await page.waitForURL((url) => url.pathname === `/apps/${other.sdkAppId}/overview`)
    // Another app is another frame: it must stand before it is spoken to.
    await page.getByRole('banner').getByText('Karaoke').waitFor()
    await go(String(app.sdkAppId))
    await page.waitForURL((url) => url.pathname === `/apps/${app.sdkAppId}/overview`)
    expect(faults).toEqual([])
  })

  test('leads to a delivery, an event and a decision by their ids', async () => {
    const { page, faults, go } = await open()
    await go(deliveryId)
    await page.waitForURL((url) => url.searchParams.get('delivery') === deliveryId)
    await page.getByRole('region', { name: 'Diagnosis' }).waitFor()
    const { body } = await service.call('GET', `/v1/deliveries/${deliveryId}`)
    await go(String(body['eventId']))
    await page.waitForURL((url) => url.searchParams.get('id') === body['eventId'])
    await go(decisionId)
    await page.waitForURL((url) => url.searchParams.get('decision') === decisionId)
    await page.getByRole('region', { name: 'Verdict' }).waitFor()
    expect(faults).toEqual([])
  })

  test('does things: colours, language, what may be redelivered', async () => {
    const { page, faults, go } = await open()
    await go('colours: dark')
    await expect
      .poll(() => page.evaluate("document.documentElement.getAttribute('data-mantine-color-scheme')"))
      .toBe('dark')
    await go('redeliver everything')
    await page.getByRole('region', { name: 'Redeliver all' }).getByText('1 delivery', { exact: true }).waitFor()
    await go('简体')
    await page.getByRole('link', { name: '投递', exact: true }).waitFor()
    expect(faults).toEqual([])
  })

  test('arrows choose, Escape leaves, a word that is nowhere says so, and hostile names are text', async () => {
    const { page, faults, box } = await open()
    await page.keyboard.press('Control+k')
    await box.waitFor()
    const options = page.getByRole('option')
    expect(await options.first().getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => options.nth(1).getAttribute('aria-selected')).toBe('true')
    expect(await box.getAttribute('aria-activedescendant')).toBe(await options.nth(1).getAttribute('id'))
    await page.keyboard.type('<b>hall')
    await expect.poll(() => options.count()).toBe(1)
    expect(await options.first().textContent()).toContain('Karaoke <b>hall</b>')
    await box.fill('nowhere to be found')
    await page.getByText('Nothing has these words.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(page.url()).toContain('/settings')
    expect(faults).toEqual([])
  })
})

describe('the keys', () => {
  test('? shows all of them, and g with a letter leads to every room', async () => {
    const { page, faults } = await open()
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keyboard' })
    await dialog.waitFor()
    for (const room of ['Overview', 'Decisions', 'Try it', 'Keys', 'Audit log', 'Settings']) {
      expect(await dialog.getByText(room, { exact: true }).count()).toBeGreaterThan(0)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    for (const [key, room] of Object.entries({
      o: 'overview',
      d: 'deliveries',
      e: 'decisions',
      w: 'webhooks',
      t: 'try',
      c: 'commands',
      k: 'keys',
      a: 'audit',
      s: 'settings',
    })) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.waitForURL((url) => url.pathname === `/apps/${app.sdkAppId}/${room}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
    }
    expect(faults).toEqual([])
  })
})
