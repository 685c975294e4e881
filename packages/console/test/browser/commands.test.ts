// The catalogue of commands, in a real browser.

import axe from 'axe-core'
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
  app = await service.createApp('Shop')
  await service.createWebhook(app.sdkAppId, {
    name: 'moderation',
    commands: ['Group.*', 'Group.CallbackBeforeSendMsg'],
  })
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open(query = '', options: object = {}) {
  const path = `/apps/${app.sdkAppId}/commands${query}`
  const watched = await openSignedIn(browser, service, { ...options, path })
  onTestFinished(watched.close)
  await watched.page
    .getByRole('link', { name: /CallbackAfterCreateRoom/ })
    .first()
    .waitFor({ state: 'attached' })
  return watched
}

async function violationsOf(page: Page): Promise<unknown> {
  await page.evaluate(axe.source)
  return await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.flatMap((violation) =>
    violation.nodes.map((node) => violation.id + ': ' + node.target.join(' ') + ' — ' + node.failureSummary)))`)
}

describe('the commands', () => {
  test('are all there, by family; a search and a phase narrow them down, and stand in the address', async () => {
    const { page, faults } = await open()
    const list = page.getByRole('navigation', { name: 'Commands by family' })
    expect(await list.getByRole('link').count()).toBeGreaterThan(80)
    await page.getByRole('textbox', { name: 'Search commands' }).fill('group message')
    await page.getByText('before', { exact: true }).first().click()
    await expect.poll(() => list.getByRole('link').count()).toBe(1)
    await page.waitForURL((url) => url.searchParams.get('q') === 'group message')
    await page.reload()
    expect(await page.getByRole('textbox', { name: 'Search commands' }).inputValue()).toBe('group message')
    await expect.poll(() => list.getByRole('link').count()).toBe(1)
    await list.getByRole('link').click()
    await page.getByRole('heading', { name: 'Group.CallbackBeforeSendMsg' }).waitFor()
    expect(faults).toEqual([])
  })

  test('one in full: members, what each code of an answer does, sample, schema, and who gets it', async () => {
    const { page, faults } = await open('?command=Group.CallbackBeforeSendMsg')
    const view = page.getByRole('article', { name: 'Group.CallbackBeforeSendMsg' })
    await view.waitFor()
    const members = view.getByRole('region', { name: 'Members of the body' })
    expect(await members.getByRole('row', { name: /MsgBody array of object yes/ }).count()).toBe(1)
    expect(await members.getByRole('row', { name: /MsgType string yes/ }).count()).toBe(1)
    const reply = view.getByRole('region', { name: 'What an answer means' })
    expect(await reply.getByRole('row', { name: /10100..10200 deny your code and text/ }).count()).toBe(1)
    expect(await reply.getByRole('row', { name: /no answer allow/ }).count()).toBe(1)
    expect(await view.getByRole('region', { name: 'Sample' }).textContent()).toContain('"GroupId"')
    await view.getByRole('link', { name: 'moderation' }).waitFor()
    await view.getByRole('link', { name: 'Group.CallbackAfterSendMsg' }).click()
    await page.getByRole('article', { name: 'Group.CallbackAfterSendMsg' }).waitFor()
    await page.getByText('The content of the answer is ignored').waitFor()
    expect(faults).toEqual([])
  })

  test('are walked through with j and k, searched with /, closed with Escape', async () => {
    const { page } = await open()
    await page.keyboard.press('j')
    await page.getByRole('article').waitFor()
    const first = new URL(page.url()).searchParams.get('command')
    await page.keyboard.press('j')
    await expect.poll(() => new URL(page.url()).searchParams.get('command')).not.toBe(first)
    await page.keyboard.press('k')
    await expect.poll(() => new URL(page.url()).searchParams.get('command')).toBe(first)
    await page.keyboard.press('Escape')
    await page.getByRole('article').waitFor({ state: 'detached' })
    await page.keyboard.press('/')
    const box = page.getByRole('textbox', { name: 'Search commands' })
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true)
  })

  test('of the app itself stand among them, with whatever text they brought shown as text', async () => {
    const own = {
      command: 'Shop.CallbackBeforeOrder',
      phase: 'before',
      trigger: '<img src=x onerror=alert(1)> \u202eevil',
      schema: {
        type: 'object',
        properties: { OrderId: { type: 'string', description: '<script>document.title = "taken over"</script>' } },
      },
      sample: { OrderId: '<b>1</b>' },
    }
    expect((await service.call('POST', `/v1/apps/${app.sdkAppId}/commands`, own)).status).toBe(201)
    const { page, faults } = await open('?command=Shop.CallbackBeforeOrder')
    const view = page.getByRole('article', { name: 'Shop.CallbackBeforeOrder' })
    await view.getByText('this app', { exact: true }).waitFor()
    expect(await view.textContent()).toContain('<img src=x onerror=alert(1)> ⟨U+202E⟩evil')
    expect(await view.textContent()).toContain('<script>document.title = "taken over"</script>')
    expect(await page.title()).toContain('Shop.CallbackBeforeOrder')
    expect(faults).toEqual([])
  })

  test('speak Chinese to anyone who reads Chinese', async () => {
    const { page } = await open('?command=Group.CallbackBeforeSendMsg', { locale: 'zh-CN' })
    const view = page.getByRole('article', { name: 'Group.CallbackBeforeSendMsg' })
    await view.waitFor()
    expect(await view.textContent()).toContain('收到客户端或 REST 的群消息')
    expect(await view.textContent()).toContain('静默丢弃')
  })

  test('a word that is none says what may be meant', async () => {
    const { page } = await open('?command=Live.CallbackAfterCreateRooms')
    await page.getByRole('heading', { name: 'No such command' }).waitFor()
    expect(await page.getByText(/Did you mean Live\.CallbackAfterCreateRoom/).count()).toBe(1)
  })

  test.each(['light', 'dark'] as const)('break no rule of accessibility in %s', async (colorScheme) => {
    const { page } = await open('?command=Group.CallbackBeforeSendMsg', { colorScheme })
    await page.getByRole('article').waitFor()
    await page.waitForTimeout(300)
    expect(await violationsOf(page)).toEqual([])
  })

  test('fit on a phone: the list, or one of them', async () => {
    const { page } = await open('', { viewport: { width: 390, height: 844 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page
      .getByRole('link', { name: /CallbackAfterCreateRoom/ })
      .first()
      .click()
    await page.getByRole('article').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Back to the list' }).click()
    await page
      .getByRole('link', { name: /CallbackAfterCreateRoom/ })
      .first()
      .waitFor()
  })
})
