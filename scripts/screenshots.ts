// npm run screenshots: the pictures of the console in docs/images, made anew from the running demo.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const root = join(import.meta.dirname, '..')
const chromiumPath = [process.env['LIVEHOOK_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
)
if (chromiumPath === undefined)
  throw new Error('Install Chromium (`apt-get install chromium`) or set LIVEHOOK_CHROMIUM.')

const demo = spawn(
  process.execPath,
  ['--conditions=source', join(root, 'packages/livehook/src/main.ts'), 'dev', '--demo', '--port', '0'],
  { stdio: ['ignore', 'pipe', 'pipe'] },
)
let output = ''
demo.stdout.on('data', (text: Buffer) => (output += text.toString()))
demo.stderr.on('data', (text: Buffer) => (output += text.toString()))

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  await until(() => /delivered {2}Live\.CallbackAfterDestroyRoom/.test(output))
  const signInUrl = /Console +(\S+)/.exec(output)?.[1] ?? ''
  const state = await signIn(browser, signInUrl)
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const language of ['en', 'zh'] as const) {
      const context = await browser.newContext({
        storageState: state,
        colorScheme,
        locale: language === 'zh' ? 'zh-CN' : 'en-GB',
        timezoneId: 'UTC',
        viewport: { width: 1440, height: 900 },
      })
      const page = await context.newPage()
      await picture(page, new URL(signInUrl).origin, `${colorScheme}-${language}`)
      await context.close()
    }
  }
} finally {
  await browser.close()
  demo.kill('SIGINT')
}

async function signIn(within: Browser, url: string) {
  const context = await within.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForURL(/\/apps\/\d+\/deliveries/)
  const storageState = await context.storageState()
  await context.close()
  return storageState
}

async function picture(page: Page, origin: string, name: string): Promise<void> {
  await page.goto(`${origin}/`)
  await page.waitForURL(/\/apps\/\d+\/deliveries/)
  await page.waitForLoadState('networkidle', { timeout: 2000 }).catch(() => undefined)
  // The webhook whose name does not exist: its row is the first of the failing ones that were registered.
  await page
    .getByText(/times out|超时/)
    .last()
    .click()
  await page.getByText('dig +short notexist.invalid').first().waitFor()
  await page.screenshot({ path: join(root, `docs/images/console-delivery-${name}.png`) })
  await page.goto(`${page.url().split('/deliveries')[0]}/webhooks`)
  await page.getByText('notexist.invalid').first().waitFor()
  await page.screenshot({ path: join(root, `docs/images/console-webhooks-${name}.png`) })
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 1) {
    if (waited > 300) throw new Error(`the demo did not get going:\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
