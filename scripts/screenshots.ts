// npm run screenshots: the pictures of the console in docs/images, made again from the running demo and from an empty store.
// Every page in both colour schemes and both languages. Names of pages as arguments make those only.

import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const root = join(import.meta.dirname, '..')
const only = process.argv.slice(2)
const chromiumPath = [process.env['LIVEHOOK_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
)
if (chromiumPath === undefined)
  throw new Error('Install Chromium (`apt-get install chromium`) or set LIVEHOOK_CHROMIUM.')

interface Picture {
  readonly name: string
  /** Behind `/apps/{sdkAppId}`. */
  readonly path: string
  /** Brings the page to where it says something. */
  readonly prepare: (page: Page) => Promise<void>
}

const pictures: readonly Picture[] = [
  {
    name: 'delivery',
    path: '/deliveries',
    // The webhook whose name does not exist: its row is the first of the failing ones that were registered.
    prepare: async (page) => {
      await page
        .getByText(/name does not exist|域名不存在/)
        .last()
        .click()
      await page.getByText('dig +short notexist.invalid').first().waitFor()
    },
  },
  {
    name: 'webhooks',
    path: '/webhooks',
    prepare: (page) => page.getByText('notexist.invalid').first().waitFor(),
  },
  {
    name: 'webhook-form',
    path: '/webhooks/new',
    prepare: async (page) => {
      await page.getByRole('textbox', { name: 'URL', exact: true }).fill('http://10.0.0.1/hook')
      await page.getByText(/10\.0\.0\.1 (is a private address|是内网地址)/).waitFor()
    },
  },
  {
    name: 'webhook-token',
    path: '/webhooks',
    prepare: async (page) => {
      await page.getByRole('link', { name: 'receiver', exact: true }).click()
      await page.getByRole('tab', { name: 'Token' }).click()
      await page.getByRole('combobox').waitFor()
    },
  },
  {
    name: 'webhook-test',
    path: '/webhooks',
    prepare: async (page) => {
      await page.getByRole('link', { name: 'answers HTML', exact: true }).click()
      await page.getByRole('tab', { name: /^(Test|测试)$/ }).click()
      await page.getByRole('button', { name: /^(Test this webhook|测试此回调)$/ }).click()
      await page.getByRole('button', { name: /^(Test again|重新测试)$/ }).waitFor()
      await page
        .getByText(/^(failed|失败)$/)
        .first()
        .waitFor()
    },
  },
  {
    name: 'try-it',
    path: '/try?command=Live.CallbackBeforeSendGift',
    prepare: async (page) => {
      await page.getByRole('textbox', { name: /^(Body|正文)$/ }).press('Control+Enter')
      await page.getByRole('link', { name: /^(Open the decision|查看决定)$/ }).waitFor()
    },
  },
  {
    name: 'commands',
    path: '/commands?command=Live.CallbackBeforeSendGift',
    prepare: (page) => page.getByRole('article').waitFor(),
  },
  {
    name: 'decision',
    path: '/decisions',
    prepare: async (page) => {
      await page.getByRole('option').first().click()
      await page.getByRole('region', { name: /^(Verdict|结论)$/ }).waitFor()
    },
  },
  {
    name: 'redeliveries',
    path: '/deliveries?state=succeeded&panel=redeliveries',
    prepare: (page) => page.getByRole('button', { name: /^(Redeliver|重新投递) \d/ }).waitFor(),
  },
  {
    name: 'palette',
    path: '/deliveries',
    prepare: async (page) => {
      await page.getByRole('option').first().waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').getByRole('combobox').fill('gift')
      await page
        .getByRole('option', { name: /Live\.CallbackBeforeSendGift/ })
        .first()
        .waitFor()
    },
  },
  {
    name: 'keys',
    path: '/keys?make=key',
    prepare: (page) => page.getByRole('table').waitFor(),
  },
  {
    name: 'audit',
    path: '/audit?action=webhook.created',
    prepare: async (page) => {
      await page.getByRole('list').getByRole('button').first().click()
      await page.getByText('timeoutMs').waitFor()
    },
  },
  {
    name: 'settings',
    path: '/settings',
    prepare: (page) => page.getByText('LIVEHOOK_RETENTION_DAYS').waitFor(),
  },
  // Last of all: by then there is something to be seen over time.
  {
    name: 'overview',
    path: '/overview?since=15m',
    prepare: (page) => page.locator('canvas').nth(3).waitFor(),
  },
]

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  await pictureDemo()
  if (isWanted('first-run')) await pictureEmptyStore()
} finally {
  await browser.close()
}

function isWanted(name: string): boolean {
  return only.length === 0 || only.includes(name)
}

async function pictureDemo(): Promise<void> {
  const demo = start(['dev', '--demo', '--port', '0'])
  try {
    await demo.says(/succeeded {2}Live\.CallbackAfterDestroyRoom/)
    const signInUrl = /Console +(\S+)/.exec(demo.output())?.[1] ?? ''
    const state = await signIn(browser, signInUrl)
    for (const picture of pictures) {
      if (!isWanted(picture.name)) continue
      for (const look of looks()) await take(picture, { signInUrl, state, look })
    }
  } finally {
    demo.stop()
  }
}

async function take(
  picture: Picture,
  from: {
    readonly signInUrl: string
    readonly state: NonNullable<BrowserContextOptions['storageState']>
    readonly look: Look
  },
): Promise<void> {
  const context = await browser.newContext({ ...from.look.context, storageState: from.state })
  const page = await context.newPage()
  await page.goto(`${new URL(from.signInUrl).origin}/`)
  await page.waitForURL(/\/apps\/\d+\//)
  const app = /^.*\/apps\/\d+/.exec(page.url())?.[0] ?? ''
  await page.goto(app + picture.path)
  await settle(page)
  await picture.prepare(page)
  await settle(page)
  await page.screenshot({ path: join(root, `docs/images/console-${picture.name}-${from.look.name}.png`) })
  await context.close()
}

async function pictureEmptyStore(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'livehook-pictures-'))
  const key = `lhk_${randomBytes(24).toString('base64url')}`
  const service = start(['serve', '--port', '0', '--store', `sqlite:${join(folder, 'livehook.db')}`], {
    LIVEHOOK_ADMIN_KEY: key,
  })
  try {
    await service.says(/livehook ready on/)
    const url = /livehook ready on (\S+)/.exec(service.output())?.[1] ?? ''
    for (const look of looks()) {
      const context = await browser.newContext(look.context)
      const page = await context.newPage()
      await page.goto(`${url}/sign-in`)
      await page.locator('input').fill(key)
      await page.locator('input').press('Enter')
      await page.getByRole('button', { name: /Make a demo app|创建演示应用/ }).waitFor()
      await settle(page)
      await page.screenshot({ path: join(root, `docs/images/console-first-run-${look.name}.png`) })
      await context.close()
    }
  } finally {
    service.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Look {
  readonly name: string
  readonly context: BrowserContextOptions
}

function looks(): readonly Look[] {
  return (['light', 'dark'] as const).flatMap((colorScheme) =>
    (['en', 'zh'] as const).map((language) => ({
      name: `${colorScheme}-${language}`,
      context: {
        colorScheme,
        locale: language === 'zh' ? 'zh-CN' : 'en-GB',
        timezoneId: 'UTC',
        viewport: { width: 1440, height: 900 },
      },
    })),
  )
}

/** Until what was asked for has come. The live stream stays open, so the network is never idle for long. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => undefined)
}

async function signIn(within: Browser, url: string) {
  const context = await within.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForURL(/\/apps\/\d+\//)
  const storageState = await context.storageState()
  await context.close()
  return storageState
}

/** Runs the command line from the sources. */
function start(verb: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=source', join(root, 'packages/livehook/src/main.ts'), ...verb],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()))
  return {
    output: () => output,
    async says(pattern: RegExp): Promise<void> {
      for (let waited = 0; !pattern.test(output); waited += 1) {
        if (waited > 300) throw new Error(`${verb.join(' ')} did not get going:\n${output}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    stop: () => child.kill('SIGINT'),
  }
}
