// Text of strangers on every page: names, URLs, headers, bodies, answers, verdicts. It stays text, nothing hides or turns
// around, no page changes its shape, and the page's policy is never violated.

import type { App, Webhook } from 'livehook/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

/** Markup, an override of direction, a zero-width character, an escape and a NUL in one name. */
const hostileName =
  '<script>document.title="taken"</script><img src=x onerror=alert(1)>\u202eevil\u200b\u001b[31m\u0000'
const longLine = 'm'.repeat(64 * 1024)
const message = 'Group.CallbackBeforeSendMsg'

interface Shown {
  readonly title: string
  /** Elements that no page makes by itself. */
  readonly made: number
  /** Characters that hide or turn around. */
  readonly hidden: readonly string[]
  readonly width: number
}

let service: ConsoleUnderTest
let browser: Browser
let app: App
let webhook: Webhook
let command: string
const ids: Record<string, string> = {}

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
  app = await service.createApp(hostileName)
  webhook = await service.createWebhook(app.sdkAppId, {
    name: hostileName,
    commands: ['*'],
    headers: { 'x-note': '<b>header</b>' },
  })
  const said = { ActionStatus: 'OK', ErrorCode: 10101, ErrorInfo: `${hostileName}${'x'.repeat(400)}` }
  await service.createWebhook(app.sdkAppId, {
    name: `asked ${hostileName}`,
    commands: [message],
    url: service.urlSaying(JSON.stringify(said)),
    trial: { kind: 'shadow', url: service.urlSaying(`<html>${longLine.slice(0, 900)}</html>`) },
  })
  // A lone surrogate as JSON writes it, an override as it is, and one line of 64 KiB.
  const body = `{"RoomId":"<i>room</i>","Lone":"\\ud800","Turned":"\u202eabc","Nul":"\\u0000","Line":"${longLine}"}`
  ids['success'] = await service.deliver(app.sdkAppId, 'succeeded', { body })
  ids['answer'] = await service.deliver(app.sdkAppId, 'hostile_answer', { body })
  ids['decision'] = await service.ask(
    app.sdkAppId,
    message,
    `{"GroupId":"<i>group</i>","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"<u>\u202e</u>"}}]}`,
  )
  await service.call('POST', '/v1/keys', { name: hostileName, role: 'read', sdkAppId: app.sdkAppId })
  command = 'Stage.CallbackAfterEncore'
  await service.call('POST', `/v1/apps/${app.sdkAppId}/commands`, {
    command,
    phase: 'after',
    trigger: hostileName.slice(0, 100),
    sample: { RoomId: hostileName },
  })
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

describe('hostile text', () => {
  test.each([
    ['the overview', () => 'overview'],
    ['the overview as tables', () => 'overview?view=table'],
    ['the deliveries', () => 'deliveries'],
    ['a request', () => `deliveries?delivery=${ids['success']}&tab=request`],
    ['an answer', () => `deliveries?delivery=${ids['answer']}&tab=answer`],
    ['a connection', () => `deliveries?delivery=${ids['answer']}&tab=connection`],
    ['a filter by a webhook', () => `deliveries?webhook=${webhook.webhookId}`],
    ['a filter in the address', () => `deliveries?command=${encodeURIComponent('<b>x</b>\u202e')}&detail=%3Cb%3E`],
    ['redelivery of all', () => `deliveries?panel=redeliveries&webhook=${webhook.webhookId}`],
    ['the decisions', () => 'decisions'],
    ['a decision', () => `decisions?decision=${ids['decision']}`],
    ['the webhooks', () => 'webhooks'],
    ['a webhook', () => `webhooks/${webhook.webhookId}`],
    ['its token', () => `webhooks/${webhook.webhookId}?tab=token`],
    ['its test', () => `webhooks/${webhook.webhookId}?tab=test`],
    ['a webhook to be registered', () => 'webhooks/new'],
    ['try it', () => `try?command=${command}`],
    ['the commands', () => 'commands'],
    ['a command of its own', () => `commands?command=${command}`],
    ['the keys', () => 'keys'],
    ['the audit log', () => 'audit'],
    ['the settings', () => 'settings'],
  ])('stays text: %s', async (_name, path) => {
    const { page, faults, close } = await openSignedIn(browser, service, {
      path: `/apps/${app.sdkAppId}/${path()}`,
    })
    onTestFinished(close)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByRole('banner').getByText('Live', { exact: true }).waitFor()
    await page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => undefined)
    const shown = await page.evaluate<Shown>(`(() => {
      return {
        title: document.title,
        made: document.querySelectorAll('body script, img, main i, main b, main u, [onerror]').length,
        hidden: [...document.querySelectorAll('body *')]
          .flatMap((element) => [...element.childNodes])
          .filter((node) => node.nodeType === 3 && /[\\u202e\\u200b\\u001b\\u0000]/.test(node.data))
          .map((node) => node.parentElement.outerHTML.slice(0, 300)),
        width: document.documentElement.scrollWidth,
      }
    })()`)
    expect(shown).toMatchObject({ made: 0, hidden: [], width: 1440 })
    expect(shown.title).toMatch(/ · livehook$/)
    expect(shown.title).not.toMatch(/^taken|[\u202e\u200b]/)
    expect(faults).toEqual([])
  })

  test('in the palette, which lists names, too', async () => {
    const { page, faults, close } = await openSignedIn(browser, service, { path: `/apps/${app.sdkAppId}/settings` })
    onTestFinished(close)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Go to, or do' }).waitFor()
    await page.keyboard.type('<script>')
    await expect.poll(() => page.getByRole('option').count()).toBeGreaterThan(2)
    const text = (await page.getByRole('listbox').textContent()) ?? ''
    expect(text).toContain('<script>document.title')
    expect(text).toContain('⟨U+202E⟩evil')
    expect(await page.locator('img').count()).toBe(0)
    expect(faults).toEqual([])
  })
})
