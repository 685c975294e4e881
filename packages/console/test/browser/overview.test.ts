// The overview: how an app is doing, in a real browser.

import type { App } from 'livehook/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

let service: ConsoleUnderTest
let browser: Browser
let app: App

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
  app = await service.createApp('Overview')
  await service.createWebhook(app.sdkAppId, { name: 'orders-hook', commands: ['Live.*'] })
  await service.createWebhook(app.sdkAppId, {
    name: 'moderation',
    commands: ['Group.CallbackBeforeSendMsg'],
    url: service.urlSaying('{"ActionStatus":"OK","ErrorCode":10101}'),
  })
  for (const ending of ['succeeded', 'succeeded', 'name_not_found', 'status_500'] as const) {
    await service.deliver(app.sdkAppId, ending)
  }
  await service.ask(app.sdkAppId, 'Group.CallbackBeforeSendMsg')
  await service.ask(app.sdkAppId, 'Live.CallbackBeforeSendGift')
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function openOverview(query = '', options: object = {}) {
  const watched = await openSignedIn(browser, service, { ...options, path: `/apps/${app.sdkAppId}/overview${query}` })
  onTestFinished(watched.close)
  await watched.page.getByRole('heading', { name: 'Overview' }).waitFor()
  return watched
}

const cardOf = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const tileOf = (page: Page, name: string) => page.locator('dl > div', { has: page.getByText(name, { exact: true }) })

describe('the overview', () => {
  test('says what was delivered, what failed and by what, what waits, and what was decided', async () => {
    const { page, faults } = await openOverview()
    await expect.poll(() => tileOf(page, 'Decisions').locator('dd').textContent()).toBe('21 denied')
    expect(await tileOf(page, 'Succeeded').locator('dd').textContent()).toBe('2')
    expect(await tileOf(page, 'Dead').locator('dd').textContent()).toBe('1')
    expect(await tileOf(page, 'Failing webhooks').locator('dd').textContent()).toBe('1of 2')
    expect(await tileOf(page, 'Pending').locator('dd').textContent()).toMatch(/^1the oldest from /)
    const symptoms = cardOf(page, 'Failures by symptom')
    expect(await symptoms.getByRole('listitem').allTextContents()).toEqual([
      'Answers with another status than 2002',
      'Not reached, or no answer in time1',
    ])
    expect(await symptoms.textContent()).toContain('3 of 5 attempts failed (60%)')
    const health = cardOf(page, 'Breakers and backlog').getByRole('row', { name: /orders-hook/ })
    expect(await health.getByRole('cell').first().textContent()).toBe('closed')
    const latest = cardOf(page, 'Latest failures').getByRole('listitem')
    expect(await latest.count()).toBe(1)
    await latest.getByRole('link').click()
    await page.getByRole('region', { name: 'Diagnosis' }).getByText('dns_not_found').waitFor()
    expect(faults).toEqual([])
  })

  test('charts are drawn, and read as tables if one asks for it; the address keeps range and view', async () => {
    const { page, faults } = await openOverview()
    await cardOf(page, 'Deliveries').locator('canvas').waitFor()
    expect(await page.locator('canvas').count()).toBe(4)
    expect(await cardOf(page, 'Time of an attempt').textContent()).toContain('shortest timeout 5.00 s')
    expect(await cardOf(page, 'Time of a decision').textContent()).toContain('shortest deadline 2.00 s')
    await page.getByRole('button', { name: 'As tables' }).click()
    await page.getByRole('button', { name: 'Time range: Last hour' }).click()
    await page.getByRole('button', { name: 'Last 6 hours' }).click()
    await page.waitForURL((url) => url.searchParams.get('since') === '6h' && url.searchParams.get('view') === 'table')
    await page.reload()
    const table = cardOf(page, 'Decisions').getByRole('table')
    await table.waitFor()
    expect(await page.locator('canvas').count()).toBe(0)
    const names = await table.getByRole('columnheader').allTextContents()
    const columnOf = async (name: string) => {
      const cells = await table
        .getByRole('row')
        .locator(`> :nth-child(${names.indexOf(name) + 1})`)
        .allTextContents()
      return cells.slice(1).reduce((sum, cell) => sum + Number(cell), 0)
    }
    expect(await columnOf('denied by the app')).toBe(1)
    expect(await columnOf('allowed by policy')).toBe(1)
    expect(await page.getByRole('button', { name: 'Time range: Last 6 hours' }).count()).toBe(1)
    expect(faults).toEqual([])
  })

  test('the words of a chart’s axes are whole, also the time at its very end', async () => {
    const hour = 3_600_000
    const to = Math.floor(Date.now() / hour) * hour
    const range = `from=${new Date(to - hour).toISOString()}&to=${new Date(to).toISOString()}`
    for (const locale of ['en-GB', 'zh-CN']) {
      const { page } = await openSignedIn(browser, service, {
        path: `/apps/${app.sdkAppId}/overview?${range}`,
        locale,
        viewport: { width: 1024, height: 768 },
      })
      await page.locator('canvas').nth(3).waitFor()
      const wordsOf = () =>
        page.locator('canvas').evaluateAll((all: HTMLCanvasElement[]) =>
          all.map((canvas) => {
            const hasInk = (x: number, width: number) =>
              canvas
                .getContext('2d')
                ?.getImageData(x, 0, width, canvas.height)
                .data.some((part) => part > 0) === true
            if (!hasInk(0, canvas.width)) return 'none'
            return hasInk(canvas.width - 1, 1) ? 'cut' : 'whole'
          }),
        )
      await expect.poll(wordsOf).toEqual(['whole', 'whole', 'whole', 'whole'])
      await page.context().close()
    }
  })

  test('what happens is counted without a reload; paused, it waits for Refresh', async () => {
    const { page, faults } = await openOverview('?view=table')
    const delivered = tileOf(page, 'Succeeded').locator('dd')
    await expect.poll(() => delivered.textContent()).toBe('2')
    await service.deliver(app.sdkAppId, 'succeeded')
    await expect.poll(() => delivered.textContent(), { timeout: 10_000 }).toBe('3')
    await page.getByRole('button', { name: 'Pause' }).click()
    await service.deliver(app.sdkAppId, 'succeeded')
    // The stream's word of it has arrived when the list beside it would show it.
    await page.waitForTimeout(4000)
    expect(await delivered.textContent()).toBe('3')
    await page.getByRole('button', { name: 'Refresh' }).click()
    await expect.poll(() => delivered.textContent()).toBe('4')
    expect(faults).toEqual([])
  })
})
