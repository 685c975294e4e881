// The decisions: what came of asks, in a real browser.

import type { App } from 'livehook/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

let service: ConsoleUnderTest
let browser: Browser

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

const message = 'Group.CallbackBeforeSendMsg'
const ask = JSON.stringify({
  GroupId: 'g1',
  From_Account: 'amy',
  MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'buy <b>now</b>' } }],
})

async function createApp(name: string, answer: string | undefined, more: object = {}): Promise<App> {
  const app = await service.createApp(name)
  await service.createWebhook(app.sdkAppId, {
    name: 'moderation',
    commands: [message],
    url: service.urlSaying(answer),
    ...more,
  })
  return app
}

async function openDecisions(app: App, query = '', options: object = {}) {
  const watched = await openSignedIn(browser, service, { ...options, path: `/apps/${app.sdkAppId}/decisions${query}` })
  onTestFinished(watched.close)
  await watched.page.getByText('Live', { exact: true }).waitFor()
  return watched
}

const rowsOf = (page: Page) => page.getByRole('option')
const panelOf = (page: Page) => page.getByRole('region', { name: 'Decision', exact: true })

describe('the decisions', () => {
  test('an empty list says how to ask; the first decision appears by itself', async () => {
    const app = await createApp('First ask', '{"ActionStatus":"OK","ErrorCode":0}')
    const { page, faults } = await openDecisions(app)
    await page.getByText(`curl '${service.url}/v1/apps/${app.sdkAppId}/asks?command=`).waitFor()
    await service.ask(app.sdkAppId, message, ask)
    await rowsOf(page).first().waitFor()
    expect(await rowsOf(page).first().textContent()).toContain('Decided by the app')
    expect(faults).toEqual([])
  })

  test('a denied message shows who decided, what the client sees, and the milliseconds against the deadline', async () => {
    const app = await createApp('Denied', '{"ActionStatus":"OK","ErrorCode":10101,"ErrorInfo":"no ads"}')
    const id = await service.ask(app.sdkAppId, message, ask)
    const { page, faults } = await openDecisions(app)
    await rowsOf(page).first().click()
    await page.waitForURL((url) => url.searchParams.get('decision') === id)
    const verdict = page.getByRole('region', { name: 'Verdict' })
    await verdict.waitFor()
    expect(await verdict.textContent()).toContain('Denied by the app')
    expect(await verdict.textContent()).toContain('The client sees 10101 no ads')
    expect(await page.getByRole('region', { name: 'Time' }).textContent()).toMatch(/^[\d.]+ ms of 2\.00 s \([\d.]+%\)$/)
    await page.reload()
    await verdict.waitFor()
    expect(await rowsOf(page).first().getAttribute('aria-selected')).toBe('true')
    expect(faults).toEqual([])
  })

  test('what was replaced is shown before and after, as text', async () => {
    const replacement = [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'buy <i>***</i>' } }]
    const app = await createApp('Replaced', JSON.stringify({ ActionStatus: 'OK', ErrorCode: 0, MsgBody: replacement }))
    const id = await service.ask(app.sdkAppId, message, ask)
    const { page, faults } = await openDecisions(app, `?decision=${id}`)
    await panelOf(page).getByText('/MsgBody/0/MsgContent/Text').waitFor()
    expect(await panelOf(page).locator('del').textContent()).toBe('Before"buy <b>now</b>"')
    expect(await panelOf(page).locator('ins').textContent()).toBe('After"buy <i>***</i>"')
    expect(await panelOf(page).locator('b, i').count()).toBe(0)
    expect(faults).toEqual([])
  })

  test('where no one answered in time, the policy’s decision says why, by which rule, and what to do', async () => {
    const app = await createApp('Silent', undefined, {
      askDeadlineMs: 300,
      failurePolicy: { [message]: { timeout: 'deny' } },
    })
    const id = await service.ask(app.sdkAppId, message, ask)
    const { page, faults } = await openDecisions(app, `?decision=${id}`)
    const verdict = page.getByRole('region', { name: 'Verdict' })
    await verdict.waitFor()
    const text = (await verdict.textContent()) ?? ''
    expect(text).toContain('Denied by policy')
    expect(text).toContain('The app did not decide: the deadline passed.')
    expect(text).toContain('An entry of the webhook’s failurePolicy decided.')
    expect(text).toContain('No complete answer in time')
    expect(await panelOf(page).getByText(`policy:${message}:timeout`).count()).toBe(1)
    expect(await rowsOf(page).first().textContent()).toContain('Policy: the deadline passed')
    expect(faults).toEqual([])
  })

  test('are filtered by time, and each shows its request as well', async () => {
    const app = await createApp('Time', '<html>')
    const id = await service.ask(app.sdkAppId, message, ask)
    const { page, faults } = await openDecisions(app, `?since=1h&decision=${id}&tab=request`)
    await rowsOf(page).first().waitFor()
    await panelOf(page)
      .getByText(/^POST \/says/)
      .waitFor()
    await page.getByLabel('Filter', { exact: true }).fill('to:2020-01-01')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    expect(faults).toEqual([])
  })

  test('a word that is not understood is named, with the words that are, and the list stays as it is', async () => {
    const app = await createApp('Bad filter', '{"ActionStatus":"OK","ErrorCode":0}')
    await service.ask(app.sdkAppId, message, ask)
    const { page, faults } = await openDecisions(app)
    await rowsOf(page).first().waitFor()
    await page.getByLabel('Filter', { exact: true }).fill('verdict:deny colour:red')
    await page.keyboard.press('Enter')
    await page.getByText('“colour:red” is not understood. Words: verdict: by: symptom:').waitFor()
    expect(await rowsOf(page).count()).toBe(1)
    expect(new URL(page.url()).search).toBe('')
    expect(faults).toEqual([])
  })

  test('a shadow that would have decided otherwise is marked in the list and set beside what counted', async () => {
    const url = service.urlSaying('{"ActionStatus":"OK","ErrorCode":10101}')
    const app = await createApp('Shadow', '{"ActionStatus":"OK","ErrorCode":0}', { trial: { kind: 'shadow', url } })
    const id = await service.ask(app.sdkAppId, message, ask)
    await expect.poll(async () => (await service.call('GET', `/v1/decisions/${id}`)).body['shadowDiffers']).toBe(true)
    const { page, faults } = await openDecisions(app, `?decision=${id}`)
    await panelOf(page).getByText('The shadow would have decided otherwise.').waitFor()
    const row = panelOf(page).getByRole('row', { name: /^Verdict/ })
    expect(await row.getByRole('cell').allTextContents()).toEqual(['Allow', 'Deny'])
    await expect.poll(() => rowsOf(page).first().textContent()).toContain('Shadow differs')
    expect(faults).toEqual([])
  })

  test('chips and box are one filter, which stands in the address, holds for what arrives, and survives a reload', async () => {
    const app = await createApp('Filter', '{"ActionStatus":"OK","ErrorCode":10101}')
    await service.ask(app.sdkAppId, message, ask)
    await service.ask(app.sdkAppId, 'Live.CallbackBeforeSendGift')
    const { page, faults } = await openDecisions(app)
    await rowsOf(page).nth(1).waitFor()
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.waitForURL((url) => url.searchParams.get('verdict') === 'deny')
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await page.keyboard.press('/')
    await page.getByLabel('Filter', { exact: true }).fill('by:policy Live.*')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('by') === 'policy')
    await expect.poll(() => rowsOf(page).first().textContent()).toContain('No webhook names this command')
    await service.ask(app.sdkAppId, message, ask)
    await service.ask(app.sdkAppId, 'Live.CallbackBeforeSendGift')
    await expect.poll(() => rowsOf(page).count()).toBe(2)
    await page.reload()
    await expect.poll(() => rowsOf(page).count()).toBe(2)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await panelOf(page).getByText('No webhook of the app names this command').waitFor()
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.searchParams.has('decision'))
    expect(faults).toEqual([])
  })
})
