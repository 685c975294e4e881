// An app with thousands of webhooks, in a real browser: every page stays small, and each webhook is found.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { makeStoreOfWebhooks } from './support/full-store.ts'
import { openSignedIn } from './support/signed-in.ts'

const count = 3000
/** Of a page with a list in sight; ten thousand webhooks once made 80 000. */
const mostNodes = 3000

let service: ConsoleUnderTest
let browser: Browser
let sdkAppId: number

beforeAll(async () => {
  const store = await makeStoreOfWebhooks(count)
  ;({ sdkAppId } = store)
  service = await startConsoleUnderTest({ folder: store.folder })
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open(room: string) {
  const watched = await openSignedIn(browser, service, { path: `/apps/${sdkAppId}/${room}` })
  onTestFinished(watched.close)
  return watched
}

const nodesOf = (page: Page) => page.locator('*').count()

describe('an app with thousands of webhooks', () => {
  test('lists those in sight, reads further while one scrolls, and finds each by a part of its name', async () => {
    const { page, faults } = await open('webhooks')
    const rows = page.getByRole('row')
    await page.getByRole('link', { name: 'room-2999', exact: true }).waitFor()
    await page.getByText('3000 webhooks').waitFor()
    expect(await rows.count()).toBeLessThan(60)
    expect(await nodesOf(page)).toBeLessThan(mostNodes)
    for (let pages = 0; pages < 4; pages += 1) {
      await page.getByRole('table').evaluate((table) => table.parentElement?.scrollTo({ top: 1e9 }))
      await page.waitForTimeout(250)
    }
    await expect.poll(() => page.getByRole('table').getAttribute('aria-rowcount').then(Number)).toBeGreaterThan(250)
    expect(await rows.count()).toBeLessThan(60)
    await page.getByRole('searchbox', { name: 'Name, URL, id or command' }).fill('ROOM-17')
    await page.getByRole('link', { name: 'room-17', exact: true }).waitFor()
    await page.getByRole('searchbox').fill('room-1234')
    await page.getByText('1 webhook', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'room-1234', exact: true }).click()
    await page.waitForURL((url) => url.pathname.includes('/webhooks/wh_'))
    expect(faults).toEqual([])
  })

  test('has an overview that shows the worst of them, and tries out without naming them all', async () => {
    const { page, faults } = await open('overview')
    await page.getByRole('link', { name: 'All 3000 webhooks' }).waitFor()
    expect(await nodesOf(page)).toBeLessThan(mostNodes)
    await page.goto(`${service.url}/apps/${sdkAppId}/try?command=Live.CallbackAfterCreateRoom`)
    await page.getByRole('link', { name: '2992 more' }).waitFor()
    expect(await nodesOf(page)).toBeLessThan(mostNodes)
    expect(faults).toEqual([])
  })
})
