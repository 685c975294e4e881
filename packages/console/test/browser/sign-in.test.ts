// Signing in to the console, in a real browser.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser, openPage } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'

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

describe('signing in', () => {
  test('the address that the service prints signs in by itself, and its code is gone from the address bar and the history', async () => {
    const { page, faults, close } = await openPage(browser)
    onTestFinished(close)
    await page.goto(service.signInUrl())
    await page.getByRole('heading', { name: 'No app yet' }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
    await page.goBack().catch(() => undefined)
    expect(page.url()).not.toContain('code=')
    expect(faults).toEqual([])
  })

  test('an address works once; the second time it says so and offers the key', async () => {
    const url = service.signInUrl()
    const first = await openPage(browser)
    onTestFinished(first.close)
    await first.page.goto(url)
    await first.page.getByRole('heading', { name: 'No app yet' }).waitFor()

    const second = await openPage(browser)
    onTestFinished(second.close)
    await second.page.goto(url)
    expect(await second.page.getByRole('alert').textContent()).toContain('used up or too old')
    await second.page.getByLabel('Key', { exact: true }).fill(service.key)
    await second.page.getByRole('button', { name: 'Sign in' }).click()
    await second.page.getByRole('heading', { name: 'No app yet' }).waitFor()
  })

  test('a wrong key is refused in words; an empty one is not even sent', async () => {
    const { page, close } = await openPage(browser)
    onTestFinished(close)
    await page.goto(service.url)
    await page.getByText(/^livehook asks an app before something happens/).waitFor()
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByText('Paste a key first.').isVisible()).toBe(true)
    await page.getByLabel('Key', { exact: true }).fill('no-such-key')
    await page.getByLabel('Key', { exact: true }).press('Enter')
    expect(await page.getByRole('alert').textContent()).toContain('does not know this key')
  })

  test('anyone who was not signed in comes to where they wanted to go, and nowhere else', async () => {
    const app = await service.createApp('Where I was going')
    const { page, close } = await openPage(browser)
    onTestFinished(close)
    const path = `/apps/${app.sdkAppId}/webhooks`
    await page.goto(service.url + path)
    await page.getByLabel('Key', { exact: true }).fill(service.key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'No webhook yet' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(path)

    await page.goto(`${service.url}/sign-in?to=//evil.test/`)
    await page.getByLabel('Key', { exact: true }).fill(service.key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor()
    expect(new URL(page.url()).origin).toBe(service.url)
  })

  test('a session that ended leads back to the sign-in page; so does signing out', async () => {
    const app = await service.createApp('Signing out')
    const { page, close } = await openPage(browser)
    onTestFinished(close)
    await page.goto(service.signInUrl())
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor()
    await service.restart()
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()

    await page.goto('about:blank')
    await page.goto(service.signInUrl())
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goto(`${service.url}/apps/${app.sdkAppId}/deliveries`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByRole('navigation', { name: 'Rooms' }).count()).toBe(0)
  })

  test('a session that ends over a form that is being filled in is asked for again, and the form goes on where it was', async () => {
    const app = await service.createApp('Half way')
    const { page, close } = await openPage(browser)
    onTestFinished(close)
    await page.goto(service.signInUrl())
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor()
    await page.goto(`${service.url}/apps/${app.sdkAppId}/webhooks/new`)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('half way')
    await page.getByRole('textbox', { name: 'URL', exact: true }).fill('http://receiver.test/hook')
    await page.getByText('Room', { exact: true }).click()
    await page.getByRole('checkbox', { name: 'Everything of Room' }).check()
    await service.restart()
    const dialog = page.getByRole('dialog', { name: 'Sign in again' })
    await dialog.waitFor()
    expect(await page.content()).not.toContain('Bearer')
    await dialog.getByLabel('Key', { exact: true }).fill('no-such-key')
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    expect(await dialog.getByRole('alert').textContent()).toContain('does not know this key')
    await dialog.getByLabel('Key', { exact: true }).fill(service.key)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('half way')
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await page.waitForURL((url) => url.searchParams.get('tab') === 'token')
    await page.getByRole('heading', { name: 'half way' }).waitFor()
  })

  test('a move that meets the end of the session says to sign in again, and a sign-in in another tab is enough', async () => {
    const app = await service.createApp('Two tabs')
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'two tabs', commands: ['Live.*'] })
    const { page, close } = await openPage(browser)
    onTestFinished(close)
    await page.goto(service.signInUrl())
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor()
    await page.goto(`${service.url}/apps/${app.sdkAppId}/webhooks/${webhook.webhookId}`)
    await page.getByRole('switch', { name: 'Paused' }).check()
    await page.context().clearCookies()
    await page.getByRole('button', { name: 'Save changes' }).click()
    const dialog = page.getByRole('dialog', { name: 'Sign in again' })
    await dialog.waitFor()
    await page.getByText('The session has ended: sign in again.').waitFor()
    const other = await page.context().newPage()
    await other.goto(service.signInUrl())
    await other.getByRole('navigation', { name: 'Rooms' }).waitFor()
    await page.evaluate('window.dispatchEvent(new Event("focus"))')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Saved.').waitFor()
    expect(await page.getByRole('switch', { name: 'Paused' }).isChecked()).toBe(true)
  })
})
