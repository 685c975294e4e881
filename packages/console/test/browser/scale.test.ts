// A hundred thousand deliveries, and hundreds of events a second, in a real browser. That every list walks an index and
// scans nothing is held by the store's tests, over every shape of filter.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { deadEvery, makeFullStore } from './support/full-store.ts'
import { openSignedIn } from './support/signed-in.ts'

const count = 100_000
const megabyte = 1024 * 1024

let service: ConsoleUnderTest
let browser: Browser
let sdkAppId: number

beforeAll(async () => {
  const store = await makeFullStore(count)
  ;({ sdkAppId } = store)
  service = await startConsoleUnderTest({ folder: store.folder })
  await service.mendWebhook(sdkAppId)
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function openDeliveries(query = '') {
  const watched = await openSignedIn(browser, service, { path: `/apps/${sdkAppId}/deliveries${query}` })
  onTestFinished(watched.close)
  await watched.page.getByText('Live', { exact: true }).waitFor()
  await watched.page.getByRole('option').first().waitFor()
  return watched
}

/** Bytes of the page's heap, after its garbage is gone. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}

/** Scrolls by so many pixels, and says how many of three places in the list have no row right after the next frame. */
const scrollAndLook = (byPx: number) => `new Promise((resolve) => {
  const list = document.querySelector('[role=listbox]').parentElement
  list.scrollTop += ${byPx}
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const { left, top, height } = list.getBoundingClientRect()
    const end = list.querySelector('[role=listbox]').getBoundingClientRect().bottom
    const places = [0.1, 0.5, 0.9].map((share) => top + share * height).filter((y) => y < end)
    const blank = places.filter((y) => document.elementFromPoint(left + 60, y)?.closest('[role=option]') == null)
    resolve({ blank: blank.length, seen: list.querySelectorAll('[role=option]').length })
  }))
})`

describe('a hundred thousand deliveries', () => {
  test('scroll without a blank row, with a few rows in the page and a bounded heap', async () => {
    const { page, faults } = await openDeliveries()
    let blank = 0
    let most = 0
    for (let step = 0; step < 60; step += 1) {
      const looked = await page.evaluate<{ blank: number; seen: number }>(scrollAndLook(1400))
      blank += looked.blank
      most = Math.max(most, looked.seen)
    }
    expect(blank).toBe(0)
    expect(most).toBeLessThan(80)
    const last = await page.getByRole('option').last().getAttribute('aria-posinset')
    expect(Number(last)).toBeGreaterThan(1000)
    expect(await heapOf(page)).toBeLessThan(150 * megabyte)
    expect(faults).toEqual([])
  })

  test('are filtered down to what is asked for, and the oldest of it is reached', async () => {
    const { page, faults } = await openDeliveries('?state=dead&command=Live.*')
    const list = page.getByRole('listbox')
    await list.focus()
    // Each press leads to the end of what was read so far, and the next page comes.
    await expect
      .poll(
        async () => {
          await page.keyboard.press('End')
          return page.getByRole('option').last().getAttribute('aria-setsize')
        },
        { timeout: 50_000, interval: 30 },
      )
      .toBe(String(count / deadEvery))
    expect(await heapOf(page)).toBeLessThan(150 * megabyte)
    expect(faults).toEqual([])
  })
})

describe('hundreds of events a second', () => {
  test('do not move the row that is read, whether it is open or only scrolled to, and are counted', async () => {
    const { page, faults } = await openDeliveries()
    await page.evaluate(scrollAndLook(5000))
    const row = page.getByRole('option').nth(20)
    const id = await row.getAttribute('id')
    const placeOf = async () => (await page.locator(`#${id}`).boundingBox())?.y
    const place = await placeOf()
    const line = JSON.stringify({ command: 'Live.CallbackAfterCreateRoom', body: { RoomId: 'room-1' } })
    const lines = Array.from({ length: 100 }, () => line).join('\n')
    const headers = { 'content-type': 'application/x-ndjson' }
    for (let batch = 0; batch < 10; batch += 1) {
      await service.call('POST', `/v1/apps/${sdkAppId}/events`, lines, headers)
      expect(await placeOf()).toBe(place)
    }
    await page.getByRole('button', { name: /^Show \d+\+? new$/ }).waitFor()
    await page.locator(`#${id}`).click()
    const opened = await placeOf()
    for (let batch = 0; batch < 10; batch += 1) {
      await service.call('POST', `/v1/apps/${sdkAppId}/events`, lines, headers)
      expect(await placeOf()).toBe(opened)
    }
    await page.getByRole('button', { name: 'Show 999+ new' }).waitFor()
    expect(await heapOf(page)).toBeLessThan(150 * megabyte)
    await page.getByRole('button', { name: 'Show 999+ new' }).click()
    await page.getByRole('button', { name: /new$/ }).waitFor({ state: 'detached' })
    expect(faults).toEqual([])
  })

  test('that only go by leave the list at a bounded length', async () => {
    const { page, faults } = await openDeliveries()
    const line = JSON.stringify({ command: 'Live.CallbackAfterDestroyRoom', body: { RoomId: 'room-1' } })
    const lines = Array.from({ length: 1000 }, () => line).join('\n')
    for (let batch = 0; batch < 4; batch += 1) {
      await service.call('POST', `/v1/apps/${sdkAppId}/events`, lines, { 'content-type': 'application/x-ndjson' })
    }
    await expect.poll(() => page.getByRole('option').first().textContent()).toContain('Live.CallbackAfterDestroyRoom')
    const height: unknown = await page.evaluate("document.querySelector('[role=listbox]').clientHeight")
    // Two thousand rows are kept at most, plus what one batch of the stream brings.
    expect(height).toBeLessThan(4000 * 56)
    expect(await heapOf(page)).toBeLessThan(150 * megabyte)
    expect(faults).toEqual([])
  })
})
