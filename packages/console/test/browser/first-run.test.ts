// The first minutes with an empty store, in a real browser.

import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

let service: ConsoleUnderTest
let browser: Browser

// A store is empty once.
beforeEach(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
})

afterEach(async () => {
  await browser?.close()
  await service?.close()
})

async function violationsOf(page: Page): Promise<unknown> {
  await page.evaluate(axe.source)
  return await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.flatMap((violation) =>
    violation.nodes.map((node) => violation.id + ': ' + node.target.join(' ') + ' — ' + node.failureSummary)))`)
}

describe('an empty store', () => {
  test('is three clicks away from its first delivered event', async () => {
    const { page, faults, close } = await openSignedIn(browser, service, { path: '/' })
    onTestFinished(close)
    await page.getByRole('button', { name: 'Make a demo app' }).click()
    await page.getByRole('button', { name: 'Send the first event' }).click()
    await page.getByRole('option', { name: /Succeeded/ }).click()
    const diagnosis = page.getByRole('region', { name: 'Diagnosis' })
    await diagnosis.getByText('Delivered', { exact: true }).waitFor()
    expect(await page.getByRole('option').count()).toBe(1)
    expect(faults).toEqual([])
  })

  test('the same by keyboard alone', async () => {
    const { page, close } = await openSignedIn(browser, service, { path: '/' })
    onTestFinished(close)
    await page.getByRole('button', { name: 'Make a demo app' }).waitFor()
    await pressUntil(page, 'Make a demo app')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Send the first event' }).waitFor()
    await pressUntil(page, 'Send the first event')
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: /Succeeded/ }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const diagnosis = page.getByRole('region', { name: 'Diagnosis' })
    await diagnosis.waitFor()
    expect(await diagnosis.textContent()).toContain('Delivered')
  })

  test('leads anyone who brings an app of their own to its first webhook', async () => {
    const { page, faults, close } = await openSignedIn(browser, service, { path: '/' })
    onTestFinished(close)
    await page.getByRole('textbox', { name: 'Name of the app' }).fill('shop')
    await page.keyboard.press('Enter')
    // What is shown this once is not passed over.
    const created = page.getByRole('region', { name: 'The app is there' })
    await page.getByRole('heading', { name: 'App made', level: 1 }).waitFor()
    expect(await page.getByRole('heading', { name: 'No app yet' }).count()).toBe(0)
    expect(await created.getByRole('code').last().textContent()).toMatch(/^[0-9a-f]{32,}$/)
    await created.getByRole('link', { name: 'Register a webhook' }).click()
    await page.waitForURL((url) => url.pathname.endsWith('/webhooks/new'))
    await page.getByRole('heading', { name: 'New webhook' }).waitFor()
    expect((await service.call('GET', '/v1/apps')).body['items']).toMatchObject([{ name: 'shop' }])
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click()
    await page.getByRole('link', { name: 'Register a webhook' }).click()
    await page.getByRole('heading', { name: 'New webhook' }).waitFor()
    expect(faults).toEqual([])
  })

  test('is not the only time: one more app is made from the list of apps', async () => {
    const app = await service.createApp('first')
    const { page, faults, close } = await openSignedIn(browser, service, { path: `/apps/${app.sdkAppId}/webhooks` })
    onTestFinished(close)
    await page.getByRole('button', { name: 'Switch app' }).click()
    await page.getByRole('menuitem', { name: 'New app' }).click()
    await page.getByRole('heading', { name: 'New app' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('textbox', { name: 'Name of the app' }).fill('second')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Register a webhook' }).click()
    await page.getByRole('button', { name: 'Switch app' }).getByText('second').waitFor()
    expect(faults).toEqual([])
  })

  test('says the exact command with the real port, for anyone who likes a terminal better', async () => {
    const { page, close } = await openSignedIn(browser, service, { path: '/' })
    onTestFinished(close)
    await page.getByText(`curl ${service.url}/v1/apps`).waitFor()
    expect(await page.getByRole('button', { name: 'Copy the command' }).count()).toBe(1)
  })

  test.each(['light', 'dark'] as const)('breaks no rule of accessibility in %s', async (colorScheme) => {
    const { page, faults, close } = await openSignedIn(browser, service, { path: '/', colorScheme })
    onTestFinished(close)
    await page.getByRole('button', { name: 'Make a demo app' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Make a demo app' }).click()
    await page.getByRole('button', { name: 'Send the first event' }).waitFor()
    await page.waitForTimeout(300)
    expect(await violationsOf(page)).toEqual([])
    expect(faults).toEqual([])
  })
})

/** Walks with the Tab key to a button. */
async function pressUntil(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name })
  for (let presses = 0; presses < 40; presses += 1) {
    if (await button.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${name} cannot be reached by keyboard.`)
}
