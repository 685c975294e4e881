// A real Chromium, and a page that notes everything that went wrong in it.

import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

function findChromium(): string {
  const wanted = process.env['LIVEHOOK_CHROMIUM']
  const candidates = wanted === undefined ? ['/usr/bin/chromium', '/usr/bin/google-chrome'] : [wanted]
  const found = candidates.find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new Error(
    `The console is tested in a real Chromium, and there is none at ${candidates.join(' or ')}. ` +
      'Install one (Debian and Ubuntu: apt-get install chromium), or name one in LIVEHOOK_CHROMIUM.',
  )
}

export interface WatchedPage {
  readonly page: Page
  /** Console errors, uncaught exceptions and violations of the page's policy, in order. */
  readonly faults: readonly string[]
  readonly close: () => Promise<void>
}

/** A fresh browser profile with one page. English and light unless asked otherwise. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    ...options,
  })
  const page = await context.newPage()
  // Nothing is asserted about time: a busy machine must not turn a promise red.
  page.setDefaultTimeout(20_000)
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  return { page, faults, close: () => context.close() }
}
