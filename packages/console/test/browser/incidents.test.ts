// A person who was woken by a phone, 50 minutes into an outage: the console opens on what is broken, and mending it takes no
// other page.

import type { App, Webhook } from 'livehook/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

const command = 'Live.CallbackAfterCreateRoom'

let service: ConsoleUnderTest
let browser: Browser
let shop: App
let game: App
let page404: Webhook

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
  game = await service.createApp('Game')
  shop = await service.createApp('Shop')
  const register = async (app: App, name: string, url: string, more: object = {}): Promise<Webhook> => {
    const webhook = await service.createWebhook(app.sdkAppId, { name, commands: ['Live.*'], url })
    await service.call('PATCH', `/v1/apps/${app.sdkAppId}/webhooks/${webhook.webhookId}`, { retry: [3600], ...more })
    return webhook
  }
  page404 = await register(shop, 'orders', service.urlSaying('<html>maintenance</html>'))
  await register(shop, 'fine', service.urlSaying('{"ActionStatus":"OK","ErrorCode":0}'))
  await register(shop, 'lost', 'http://notexist.invalid/hook')
  await register(game, 'scores', service.urlSaying('{"ActionStatus":'))
  for (let sent = 0; sent < 14; sent += 1) await service.postEvent(shop.sdkAppId, command)
  await service.postEvent(game.sdkAppId, command)
  await vi.waitFor(
    async () => {
      const { broken, waiting } = (await service.call('GET', '/v1/incidents')).body
      if (broken !== 3 || waiting !== 29) throw new Error(`${String(broken)} broken, ${String(waiting)} waiting`)
    },
    { timeout: 15_000 },
  )
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open(path: string) {
  const watched = await openSignedIn(browser, service, { path })
  onTestFinished(watched.close)
  return watched
}

const stripOf = (page: Page) => page.getByRole('region', { name: 'What is broken' })
const lineOf = (page: Page, name: string) => stripOf(page).getByRole('listitem').filter({ hasText: name })

describe('an outage', () => {
  test('is what the console opens on: every broken webhook of every app, with its cause, how much waits, and since when', async () => {
    const { page, faults } = await open('/')
    await page.waitForURL((url) => url.pathname === `/apps/${shop.sdkAppId}/overview`)
    await stripOf(page).getByRole('heading', { name: '3 webhooks are broken' }).waitFor()
    expect(await stripOf(page).getByRole('heading').textContent()).toContain('29 pending')
    const lost = (await lineOf(page, 'lost').textContent()) ?? ''
    for (const words of ['The name does not exist', 'dns_not_found', 'failing since', '14 pending', 'next try in']) {
      expect(lost).toContain(words)
    }
    expect(lost).not.toContain('times out')
    expect(await lineOf(page, 'orders').textContent()).toContain('Answers HTML instead of JSON')
    const foreign = (await lineOf(page, 'scores').textContent()) ?? ''
    expect(foreign).toContain('Answers broken JSON')
    expect(foreign).toContain('Game')
    // Above every chart.
    const strip = await stripOf(page).boundingBox()
    const chart = await page.locator('canvas').first().boundingBox()
    expect((strip?.y ?? Infinity) < (chart?.y ?? 0)).toBe(true)
    const tile = page.locator('dl > div', { has: page.getByText('Failing webhooks', { exact: true }) })
    expect(await tile.locator('dd').textContent()).toBe('2of 3')
    expect(await page.getByText('Nothing died yet: 28 are pending').count()).toBe(1)
    await page.getByRole('navigation', { name: 'Rooms' }).getByText('3 webhooks are broken').waitFor()
    expect(faults).toEqual([])
  })

  test('says of each delivery what it waits for, never a next try that has passed, and one can be pushed', async () => {
    const { page, faults } = await open(`/apps/${shop.sdkAppId}/deliveries?state=pending`)
    const rows = page.getByRole('option')
    const held =
      /Held: (The name does not exist|Answers HTML instead of JSON), many times in a row; (next try in \d|being)/
    await rows.filter({ hasText: held }).nth(9).waitFor()
    for (const text of await rows.allTextContents()) expect(text).toMatch(held)
    await rows.filter({ hasText: 'lost' }).first().click()
    const panel = page.getByRole('region', { name: 'Delivery', exact: true })
    await panel.getByText(held).waitFor()
    const attempts = panel.getByRole('list').filter({ has: page.getByText('dns_not_found') })
    const before = await attempts.getByRole('listitem').count()
    await panel.getByRole('button', { name: 'Try now' }).click()
    await panel.getByText(held).waitFor()
    expect(await attempts.getByRole('listitem').count()).toBeGreaterThanOrEqual(before)
    await page.goto(`${service.url}/apps/${game.sdkAppId}/deliveries?state=pending`)
    await rows
      .filter({ hasText: /next try in \d+:\d\d/ })
      .first()
      .waitFor()
    expect(faults).toEqual([])
  })

  test('is mended and drained without leaving the page: the cause in one click, a test, and a push', async () => {
    const { page, faults } = await open(`/apps/${shop.sdkAppId}/overview`)
    const line = lineOf(page, 'orders')
    await line.getByRole('button', { name: 'Test orders' }).click()
    await line.getByText('The test failed: Answers HTML instead of JSON').waitFor()
    expect(await line.getByRole('link', { name: 'Fix: settings of orders' }).getAttribute('href')).toBe(
      `/apps/${shop.sdkAppId}/webhooks/${page404.webhookId}`,
    )
    await line.getByRole('link', { name: /Last error/ }).click()
    await page
      .getByRole('region', { name: 'Diagnosis' })
      .getByRole('heading', { name: 'Answers HTML instead of JSON' })
      .waitFor()
    await page.goBack()
    const path = `/v1/apps/${shop.sdkAppId}/webhooks/${page404.webhookId}`
    await service.call('PATCH', path, { url: service.urlSaying('{"ActionStatus":"OK","ErrorCode":0}') })
    await lineOf(page, 'orders').getByRole('button', { name: 'Try now what waits for orders' }).click()
    // What waits for a retry in an hour is pushed as well: as often as one wants.
    await lineOf(page, 'orders').waitFor({ state: 'detached' })
    await stripOf(page).getByRole('heading', { name: '2 webhooks are broken' }).waitFor()
    expect(faults).toEqual([])
  })
})
