import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage } from '../../../console/test/browser/support/browser.ts'
import { adminKey, openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const docsFolder = join(import.meta.dirname, '../../dist/docs')
let service: TestService
let browser: Browser
beforeAll(async () => {
  if (!existsSync(join(docsFolder, 'scalar.js.gz'))) {
    throw new Error('The page of the API is not built. Build it first: node scripts/run.mjs scripts/build-console.mjs')
  }
  service = await openService({ docsFolder })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await service.close()
})

/** Lets the page reach the service alone, and notes what it asked of anybody else. */
async function cutOff(page: Page): Promise<readonly string[]> {
  const elsewhere: string[] = []
  await page.route('**/*', async (route) => {
    const url = route.request().url()
    if (url.startsWith(`${service.url}/`) || /^(?:data|blob):/.test(url)) return route.continue()
    elsewhere.push(url)
    return route.abort()
  })
  return elsewhere
}

/** A busy machine takes its time to compile four megabytes. */
const patienceMs = 60_000

async function openPatiently() {
  const opened = await openPage(browser)
  opened.page.setDefaultTimeout(patienceMs)
  return opened
}

describe('/docs', { timeout: 3 * patienceMs }, () => {
  test('shows the contract without any other host, and a request can be tried from it with a key', async () => {
    const { sdkAppId } = await service.createApp('made before the page was opened')
    const { page, faults, close } = await openPatiently()
    const elsewhere = await cutOff(page)
    await page.goto(`${service.url}/docs`)
    await page.getByPlaceholder('Token').first().fill(adminKey)
    await page.getByText('Apps', { exact: true }).first().click()
    await page.getByText('Apps, newest first').first().click()
    await page.getByRole('button', { name: /Test Request.*get \/v1\/apps\)/ }).click()
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === '/v1/apps')
    await page.getByRole('button', { name: /^Send/ }).first().click()
    expect((await answered).status()).toBe(200)
    await page.getByText('made before the page was opened').first().waitFor()
    await page.getByText(String(sdkAppId)).first().waitFor()
    // Nothing was kept from running or loading, and the page had nothing to complain about.
    expect(faults).toEqual([])
    expect(elsewhere).toEqual([])
    // A key that was typed in is gone with the page.
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
    )
    expect(kept).not.toContain(adminKey)
    expect(page.url()).not.toContain(adminKey)
    await close()
  })

  test('asks with the console’s sign-in, has the command filled in and whole addresses in its lines, and leads back', async () => {
    await service.createApp('seen by a session')
    const { page, faults, close } = await openPatiently()
    const signedIn = await page.context().request.post(`${service.url}/v1/session`, {
      data: { key: adminKey },
      headers: { origin: service.url },
    })
    expect(signedIn.status()).toBe(200)
    await page.goto(`${service.url}/docs`)
    expect(await page.getByRole('link', { name: 'Back to the console' }).getAttribute('href')).toBe('/')
    await page.getByText('Events', { exact: true }).first().click()
    await expect
      .poll(() => page.locator('body').innerText(), { timeout: patienceMs })
      .toMatch(new RegExp(`curl '${service.url}/v1/apps/\\d+/events\\?command=Live.CallbackAfterCreateRoom`))
    await page.getByText('Apps', { exact: true }).first().click()
    await page.getByText('Apps, newest first').first().click()
    await page.getByRole('button', { name: /Test Request.*get \/v1\/apps\)/ }).click()
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === '/v1/apps')
    await page.getByRole('button', { name: /^Send/ }).first().click()
    expect((await answered).status()).toBe(200)
    await page.getByText('seen by a session').first().waitFor()
    // The page's maker warns of cookies for other origins; this one is its own.
    expect(faults.filter((fault) => !fault.includes('trying to add a Cookie header'))).toEqual([])
    await close()
  })

  test('has what receivers get beside what senders call', async () => {
    const { page, faults, close } = await openPatiently()
    await page.goto(`${service.url}/docs`)
    await page.getByText('What receivers get').first().click()
    await page.getByText('Live', { exact: true }).first().click()
    await page.getByText('a room was created successfully').first().waitFor()
    expect(faults).toEqual([])
    await close()
  })

  test('lets no script in but its own, and no one put it in a frame', async () => {
    const { headers, text } = await service.call('GET', '/docs', undefined, { authorization: '' })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("connect-src 'self';")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect((await service.call('GET', '/docs/', undefined, { authorization: '' })).text).toBe(text)
    expect(text).not.toMatch(/<script>|<script [^>]*>[^<]|https?:\/\//)
  })

  test('gives its bundle to anyone who takes gzip and to anyone who does not', async () => {
    const lengthOf = async (encoding: string): Promise<readonly [string | null, number]> => {
      const response = await fetch(`${service.url}/docs/scalar.js`, { headers: { 'accept-encoding': encoding } })
      return [response.headers.get('content-encoding'), (await response.text()).length]
    }
    const [packed, plain] = [await lengthOf('br, gzip;q=0.5'), await lengthOf('identity')]
    expect([packed[0], plain[0], (await lengthOf('gzip;q=0'))[0]]).toEqual(['gzip', null, null])
    expect(packed[1]).toBe(plain[1])
  })

  test('says how to build it if it is not built', async () => {
    const unbuilt = await openService()
    expect(await unbuilt.call('GET', '/docs/scalar.js')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    await unbuilt.close()
  })
})
