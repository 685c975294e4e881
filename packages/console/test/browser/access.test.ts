// Keys, the audit log and the settings; and what each role sees of the console, in a real browser.

import type { App, CreatedKey } from 'livehook/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser, openPage } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

let service: ConsoleUnderTest
let browser: Browser
let app: App

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
  app = await service.createApp('Shop')
  await service.createWebhook(app.sdkAppId, { name: 'orders-hook', commands: ['Live.*'], token: 'xxxxyyyy1234' })
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open(room: string, options: object = {}) {
  const watched = await openSignedIn(browser, service, { ...options, path: `/apps/${app.sdkAppId}/${room}` })
  onTestFinished(watched.close)
  await watched.page.getByRole('heading', { level: 1 }).waitFor()
  return watched
}

/** A fresh profile, signed in with a key of that role. */
async function openAs(role: string, room: string) {
  const members = { name: `test ${role}`, role, ...(role === 'admin' ? {} : { sdkAppId: app.sdkAppId }) }
  const { body } = await service.call('POST', '/v1/keys', members)
  const { key = '', keyId = '' }: Partial<CreatedKey> = body
  const watched = await openPage(browser)
  onTestFinished(watched.close)
  const { page } = watched
  await page.goto(`${service.url}/sign-in?to=${encodeURIComponent(`/apps/${app.sdkAppId}/${room}`)}`)
  await page.getByLabel('Key', { exact: true }).fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor()
  return { ...watched, keyId }
}

describe('keys', () => {
  test('one is made with a role and an app, works, is shown this once, and is masked afterwards', async () => {
    const { page, faults } = await open('keys')
    await page.getByRole('button', { name: 'New key' }).click()
    await page.waitForURL((url) => url.searchParams.get('make') === 'key')
    await page.getByRole('button', { name: 'Make the key' }).click()
    await page.getByText('Give it a name').waitFor()
    await page.getByLabel('Name').fill('<b>checkout</b>')
    await page.getByLabel('Role').selectOption('read')
    await page.getByLabel('App', { exact: true }).selectOption(String(app.sdkAppId))
    await page.getByRole('button', { name: 'Make the key' }).click()
    const made = page.getByRole('region', { name: 'The new key' })
    await made.waitFor()
    const key = (await made.locator('code').textContent()) ?? ''
    const listed = await fetch(`${service.url}/v1/apps/${app.sdkAppId}/webhooks`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(listed.status).toBe(200)
    const row = page.getByRole('row', { name: /checkout/ })
    expect(await row.textContent()).toContain('Read')
    expect(await row.textContent()).toContain('Shop')
    await page.reload()
    await row.waitFor()
    expect(await page.locator('body').textContent()).not.toContain(key)
    expect(faults).toEqual([])
  })

  test('say when they were used last while one looks, and have their ids beside their names', async () => {
    const made = await service.call('POST', '/v1/keys', { name: 'watched', role: 'read', sdkAppId: app.sdkAppId })
    const { page } = await open('keys')
    const row = page.getByRole('row', { name: /watched/ })
    await row.getByText('never').waitFor()
    expect(await row.textContent()).toContain(String(made.body['keyId']))
    expect(await row.textContent()).toContain(String(app.sdkAppId))
    const { status } = await fetch(`${service.url}/v1/apps`, {
      headers: { authorization: `Bearer ${String(made.body['key'])}` },
    })
    expect(status).toBe(200)
    await row
      .getByText(/now|sec/)
      .first()
      .waitFor()
    const revoke = row.getByRole('button', { name: 'Revoke watched' })
    expect(await revoke.evaluate((button) => getComputedStyle(button).color)).toBe('rgb(180, 35, 35)')
  })

  test('one is revoked after being asked for twice, and stops working at once', async () => {
    const { body } = await service.call('POST', '/v1/keys', {
      name: 'old backend',
      role: 'ingest',
      sdkAppId: app.sdkAppId,
    })
    const { key = '' }: Partial<CreatedKey> = body
    const { page, faults } = await open('keys')
    await page.getByRole('button', { name: 'Revoke old backend' }).click()
    await page.getByText('Whatever uses it stops at once.').waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Revoke now' }).click()
    await page.getByRole('row', { name: /old backend/ }).waitFor({ state: 'detached' })
    const refused = await fetch(`${service.url}/v1/apps/${app.sdkAppId}/events?command=Live.CallbackAfterCreateRoom`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{}',
    })
    expect(refused.status).toBe(401)
    expect(faults).toEqual([])
  })
})

describe('the audit log', () => {
  test('says who changed what, what was before and after, and no secret; filter and open entry stand in the address', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, {
      name: 'audited',
      commands: ['Room.*'],
      token: 'topsecret-token',
    })
    await service.call('PATCH', `/v1/apps/${app.sdkAppId}/webhooks/${webhook.webhookId}`, { timeoutMs: 7000 })
    const { page, faults } = await open('audit')
    await page.getByRole('button', { name: 'Action' }).click()
    await page.getByRole('menuitemradio', { name: 'Webhook changed' }).click()
    await page.waitForURL((url) => url.searchParams.get('action') === 'webhook.changed')
    const entry = page.getByRole('list', { name: 'Changes, newest first' }).getByRole('listitem').first()
    expect(await entry.getByRole('button').first().textContent()).toContain(`${webhook.webhookId} audited`)
    await entry.getByRole('button').first().click()
    await page.waitForURL((url) => url.searchParams.has('entry'))
    expect(await entry.locator('del').allTextContents()).toContain('Before5000')
    expect(await entry.locator('ins').allTextContents()).toContain('After7000')
    await page.reload()
    await entry.locator('ins').first().waitFor()
    expect(await page.locator('body').textContent()).not.toContain('topsecret')
    expect(faults).toEqual([])
  })
})

describe('the settings', () => {
  test('change language and colours on the spot, and say who is signed in and what is kept for how long', async () => {
    const { page, faults } = await open('settings')
    const serviceFacts = page.getByRole('region', { name: 'Service' })
    await serviceFacts.getByText('7 days').waitFor()
    expect(await page.getByRole('region', { name: 'Signed in' }).textContent()).toContain('Admin')
    await page.getByText('Dark', { exact: true }).click()
    await expect
      .poll(() => page.evaluate("document.documentElement.getAttribute('data-mantine-color-scheme')"))
      .toBe('dark')
    await page.getByText('简体中文').click()
    await page.getByRole('heading', { name: '设置' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: '设置' }).waitFor()
    expect(faults).toEqual([])
  })
})

describe('an app', () => {
  test('is renamed, and deleted after a question; one with webhooks says why not', async () => {
    const doomed = await service.createApp('Typo')
    const webhook = await service.createWebhook(doomed.sdkAppId, { name: 'still here', commands: ['Live.*'] })
    const watched = await openSignedIn(browser, service, { path: `/apps/${doomed.sdkAppId}/settings` })
    onTestFinished(watched.close)
    const { page } = watched
    await page.getByRole('textbox', { name: 'Name of the app' }).fill('Without typo')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('banner').getByText('Without typo').waitFor()
    await page.getByRole('button', { name: 'Delete this app…' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await service.call('DELETE', `/v1/apps/${doomed.sdkAppId}/webhooks/${webhook.webhookId}`)
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.waitForURL((url) => !url.pathname.includes(String(doomed.sdkAppId)))
    expect((await service.call('GET', `/v1/apps/${doomed.sdkAppId}`)).status).toBe(404)
  })
})

describe('a role', () => {
  test('that may only read sees no button that it may not press, and no room that it may not enter', async () => {
    const id = await service.deliver(app.sdkAppId, 'name_not_found')
    const { page, faults } = await openAs('read', `deliveries?delivery=${id}`)
    await page.getByRole('region', { name: 'Diagnosis' }).waitFor()
    expect(await page.getByRole('button', { name: /Redeliver|Cancel delivery/ }).count()).toBe(0)
    const rooms = page.getByRole('navigation', { name: 'Rooms' })
    expect(await rooms.getByRole('link', { name: 'Keys' }).count()).toBe(0)
    expect(await rooms.getByRole('link', { name: 'Audit log' }).count()).toBe(0)
    await page.goto(`${service.url}/apps/${app.sdkAppId}/keys`)
    await page.getByText('Keys are made and revoked with an admin’s key.').waitFor()
    expect(faults).toEqual([])
  })

  test('of an operator changes its app and sees its log, but no keys; revoked, it is asked to sign in again', async () => {
    const { page, keyId } = await openAs('operator', 'audit')
    await page.getByRole('list', { name: 'Changes, newest first' }).waitFor()
    const rooms = page.getByRole('navigation', { name: 'Rooms' })
    expect(await rooms.getByRole('link', { name: 'Keys' }).count()).toBe(0)
    await service.call('DELETE', `/v1/keys/${keyId}`)
    // Without a click: the live stream ends with the session.
    await page.getByRole('dialog', { name: 'Sign in again' }).waitFor()
    await page.getByRole('button', { name: 'Leave this page instead' }).click()
    await page.waitForURL((url) => url.pathname === '/sign-in')
    expect(await rooms.count()).toBe(0)
  })
})
