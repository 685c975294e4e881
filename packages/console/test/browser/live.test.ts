// Whether what is shown is up to date is seen: live, silent, away.

import type { App } from 'livehook/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

let service: ConsoleUnderTest
let browser: Browser
let app: App

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
  app = await service.createApp('Shop')
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open() {
  const watched = await openSignedIn(browser, service, { path: `/apps/${app.sdkAppId}/commands` })
  onTestFinished(watched.close)
  // Its time runs as ever, until it is moved on.
  await watched.page.clock.install()
  await watched.page.reload()
  await watched.page.getByText('Live', { exact: true }).first().waitFor()
  return watched
}

test('a service that stands still is not called live: no news since when, until it goes on', async () => {
  const { page, faults } = await open()
  onTestFinished(() => service.standStill(false))
  service.standStill(true)
  await page.clock.fastForward(25_000)
  await page.getByText(/^No news for 2\d secs?$/).waitFor()
  const banner = page.getByRole('alert')
  expect(await banner.textContent()).toMatch(
    /stopped answering\. What you see is from \d\d:\d\d:\d\d and may be out of date/,
  )
  service.standStill(false)
  await expect.poll(() => banner.count()).toBe(0)
  expect(await page.getByText(/^No news/).count()).toBe(0)
  expect(faults).toEqual([])
})

test('a service that has nothing to tell says that it is there, and stays live', async () => {
  const { page } = await open()
  await page.clock.fastForward(15_000)
  // The next heartbeat counts from the time it came at: without it this would be silence.
  await page.evaluate(`new Promise((heard) => {
    const source = new EventSource('/v1/stream?sdkAppId=${app.sdkAppId}')
    source.addEventListener('heartbeat', () => (source.close(), heard()))
  })`)
  await page.clock.fastForward(10_000)
  expect(await page.getByRole('alert').count()).toBe(0)
  expect(await page.getByText(/^No news/).count()).toBe(0)
})

test('a service that cannot be reached has a banner across the page, which goes by itself', async () => {
  const { page } = await open()
  onTestFinished(() => service.allowStreams(true))
  service.allowStreams(false)
  await page.getByRole('alert').getByText('The service cannot be reached.').waitFor()
  await page.getByText('Offline', { exact: true }).waitFor()
  service.allowStreams(true)
  await page.getByText('Live', { exact: true }).first().waitFor()
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)
})
