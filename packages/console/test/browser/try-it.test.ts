// Composing an event, sending or asking it, and watching what comes of it, in a real browser.

import axe from 'axe-core'
import { optPlatforms } from '@livehook/protocol'
import type { App } from 'livehook/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openReceiver } from '../../../livehook/test/support/receiver.ts'
import { platforms } from '../../src/try-it/platforms.ts'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

const asked = 'Group.CallbackBeforeSendMsg'
let service: ConsoleUnderTest
let browser: Browser
let app: App

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
  app = await service.createApp('Shop')
  await service.createWebhook(app.sdkAppId, { name: 'orders', commands: ['Live.*'] })
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open(query = '', options: object = {}) {
  const path = `/apps/${app.sdkAppId}/try${query}`
  const watched = await openSignedIn(browser, service, { ...options, path })
  onTestFinished(watched.close)
  await bodyOf(watched.page).waitFor()
  return watched
}

const bodyOf = (page: Page) => page.getByRole('textbox', { name: 'Body' })
const resultsOf = (page: Page) => page.getByRole('region', { name: 'What came of it' })

async function violationsOf(page: Page): Promise<unknown> {
  await page.evaluate(axe.source)
  return await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.flatMap((violation) =>
    violation.nodes.map((node) => violation.id + ': ' + node.target.join(' ') + ' — ' + node.failureSummary)))`)
}

describe('trying it', () => {
  test('an event is composed from its sample, sent with Ctrl + Enter, and its delivery turns green here', async () => {
    const { page, faults } = await open()
    await page.getByText('The body fits the schema.').waitFor()
    await page.getByText('Goes to').getByRole('link', { name: 'orders' }).waitFor()
    await bodyOf(page).fill('{"RoomInfo":{"RoomId":"<b>room</b>"}}')
    await page.getByRole('textbox', { name: 'ClientIP' }).fill('203.0.113.9')
    await page.getByRole('combobox', { name: 'OptPlatform' }).selectOption('iOS')
    await bodyOf(page).press('Control+Enter')
    const results = resultsOf(page)
    await results.getByText('Accepted.').waitFor()
    await results.getByText('Succeeded').waitFor()
    expect(faults).toEqual([])
    await results.getByRole('link', { name: 'Open the delivery' }).click()
    await page.getByRole('region', { name: 'Delivery', exact: true }).waitFor()
    const id = new URL(page.url()).searchParams.get('delivery')
    const detail = (await service.call('GET', `/v1/deliveries/${id}`)).body
    expect(detail['event']).toMatchObject({ clientIp: '203.0.113.9', optPlatform: 'iOS' })
    expect(JSON.stringify(detail['event'])).toContain('<b>room</b>')
  })

  test('what does not fit is named by its pointer, what is no JSON by line and column; the sample comes back', async () => {
    const { page, faults } = await open()
    const sample = await bodyOf(page).inputValue()
    await bodyOf(page).fill(sample.replace(/"MaxMemberCount": \d+/, '"MaxMemberCount": "many"'))
    const problems = page.getByRole('list', { name: 'What does not fit' })
    await problems.getByText('/RoomInfo/MaxMemberCount').waitFor()
    expect(await problems.textContent()).toContain('must be integer')
    expect(await bodyOf(page).getAttribute('aria-invalid')).toBe('true')
    await bodyOf(page).fill('{\n  "RoomId" 5\n}')
    await problems.getByText('Line 2, column 12:').waitFor()
    await page.getByRole('button', { name: 'Send event' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByRole('button', { name: 'Sample again' }).click()
    expect(await bodyOf(page).inputValue()).toBe(sample)
    await page.getByText('The body fits the schema.').waitFor()
    // The refusal of what was sent on purpose is in the browser's own log.
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([])
  })

  test('the command stands in the address, and another one brings its own sample', async () => {
    const { page } = await open()
    await page.getByRole('combobox', { name: 'Command' }).selectOption('Live.CallbackAfterDestroyRoom')
    await page.waitForURL((url) => url.searchParams.get('command') === 'Live.CallbackAfterDestroyRoom')
    await expect.poll(() => bodyOf(page).inputValue()).toContain('"Live.CallbackAfterDestroyRoom"')
    await page.reload()
    await expect.poll(() => bodyOf(page).inputValue()).toContain('"Live.CallbackAfterDestroyRoom"')
  })

  test('an ask is answered here: the verdict, who decided, how long of the deadline, what the client sees', async () => {
    const receiver = await openReceiver((_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"ActionStatus":"OK","ErrorCode":10101,"ErrorInfo":"no <i>such</i> words"}'),
    )
    onTestFinished(() => receiver.close())
    await service.createWebhook(app.sdkAppId, { name: 'moderation', commands: [asked], url: receiver.url })
    const { page, faults } = await open(`?command=${asked}`)
    await page.getByText('Is decided by').waitFor()
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    const results = resultsOf(page)
    await results.getByText('Denied', { exact: true }).waitFor()
    const text = (await results.textContent()) ?? ''
    expect(text).toContain('by the app')
    expect(text).toMatch(/after [\d.]+ ms of 2.00 s/)
    expect(text).toContain('The client sees 10101 no <i>such</i> words')
    expect(await violationsOf(page)).toEqual([])
    await results.getByRole('link', { name: 'Open the decision' }).click()
    await page.waitForURL((url) => url.searchParams.get('decision')?.startsWith('dec_') === true)
    expect(faults).toEqual([])
  })

  test('a command that no one wants says so before it is sent, and after', async () => {
    const { page } = await open('?command=C2C.CallbackAfterSendMsg')
    await page.getByText('No webhook that is on wants this command').waitFor()
    await page.getByRole('button', { name: 'Send event' }).click()
    await resultsOf(page).getByText('Accepted; no webhook wants it.').waitFor()
    expect(await resultsOf(page).getByRole('link').count()).toBe(0)
  })

  test('offers every platform that the wire has', () => {
    expect(platforms).toEqual(optPlatforms)
  })

  test.each(['light', 'dark'] as const)('breaks no rule of accessibility in %s', async (colorScheme) => {
    const { page, faults } = await open('', { colorScheme })
    await page.getByText('The body fits the schema.').waitFor()
    await page.getByRole('button', { name: 'Send event' }).click()
    await resultsOf(page).getByText('Succeeded').waitFor()
    await page.waitForTimeout(300)
    expect(await violationsOf(page)).toEqual([])
    expect(faults).toEqual([])
  })

  test('fits on a phone', async () => {
    const { page } = await open('', { viewport: { width: 390, height: 844 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await violationsOf(page)).toEqual([])
  })
})
