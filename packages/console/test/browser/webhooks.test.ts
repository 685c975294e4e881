// Registering, changing, signing, testing and deleting a webhook, in a real browser.

import axe from 'axe-core'
import type { App, List, Webhook } from 'livehook/contract'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ownReceiverUrl } from '../../../livehook/src/egress/own-receiver.ts'
import { issueCertificate } from '../../../livehook/test/egress/certificates.ts'
import { openReceiver } from '../../../livehook/test/support/receiver.ts'
import { openBrowser, openPage } from './support/browser.ts'
import { startConsoleUnderTest, type ConsoleUnderTest } from './support/console-under-test.ts'
import { openSignedIn } from './support/signed-in.ts'

let service: ConsoleUnderTest
let browser: Browser
let app: App
/** A webhook that is there already, whose receiver takes whatever comes. */
let known: Webhook

beforeAll(async () => {
  service = await startConsoleUnderTest()
  browser = await openBrowser()
  app = await service.createApp('Shop')
  known = await service.createWebhook(app.sdkAppId, {
    name: 'moderation',
    commands: ['Group.*', 'Group.CallbackBeforeSendMsg'],
  })
})

afterAll(async () => {
  await browser?.close()
  await service?.close()
})

async function open(path: string, options: object = {}) {
  const watched = await openSignedIn(browser, service, { ...options, path: `/apps/${app.sdkAppId}/webhooks${path}` })
  onTestFinished(watched.close)
  await watched.page.getByRole('heading', { level: 1 }).waitFor()
  return watched
}

/** What axe finds, as readable lines. */
async function violationsOf(page: Page): Promise<unknown> {
  await page.evaluate(axe.source)
  return await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.flatMap((violation) =>
    violation.nodes.map((node) => violation.id + ': ' + node.target.join(' ') + ' — ' + node.failureSummary)))`)
}

const urlOf = (page: Page) => page.getByRole('textbox', { name: 'URL', exact: true })

describe('the form', () => {
  test('tells while typing why a URL may not be called, in the failure table’s words, and what would be called', async () => {
    const { page, faults } = await open('/new')
    await urlOf(page).fill('http://10.0.0.1/hook')
    await page.getByText('Access to the webhook URL times out.').waitFor()
    await page.getByText('10.0.0.1 is a private address, not reachable for webhooks.').waitFor()
    expect(await urlOf(page).getAttribute('aria-invalid')).toBe('true')
    const url = `${new URL(known.url).origin}/in?tenant=1`
    await urlOf(page).fill(url)
    await page.getByText('Its name leads to an address that may be called.').waitFor()
    expect(await urlOf(page).getAttribute('aria-invalid')).not.toBe('true')
    const preview = page.getByRole('figure', { name: 'What will be called' })
    expect(await preview.textContent()).toContain(`${url}&SdkAppId=${app.sdkAppId}&WebhookCommand=`)
    await page.getByRole('radio', { name: 'SdkAppid and CallbackCommand' }).check()
    await preview.getByText(`SdkAppid=${app.sdkAppId}&CallbackCommand=`).waitFor()
    expect(faults).toEqual([])
  })

  test.each([
    ['http://notexist.invalid/hook', 'does not exist in the public DNS', '公网 DNS 中不存在域名'],
    ['http://private.test/hook', '10.0.0.1 is a private address, not reachable for webhooks.', '10.0.0.1 是内网地址'],
  ])('a URL that leads nowhere that may be called is never said to be good: %s', async (url, english, chinese) => {
    for (const [locale, words] of [
      ['en-GB', english],
      ['zh-CN', chinese],
    ] as const) {
      const { page, faults } = await open('/new', { locale })
      await urlOf(page).fill(url)
      await page.getByRole('status').getByText(words).waitFor()
      expect(await page.getByText(/may be called|允许访问的地址/).count()).toBe(0)
      expect(await violationsOf(page)).toEqual([])
      expect(faults).toEqual([])
    }
  })

  test('a name that is too long does not silence what is said of the URL', async () => {
    const { page } = await open('/new')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('n'.repeat(129))
    await urlOf(page).fill('http://10.0.0.1/hook')
    await page.getByText('10.0.0.1 is a private address, not reachable for webhooks.').waitFor()
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    expect(await name.getAttribute('aria-invalid')).toBe('true')
  })

  test('offers the receiver inside the service to anyone who has none yet', async () => {
    const { page } = await open('/new')
    await page.getByRole('button', { name: 'Use the one inside the service' }).click()
    await page.getByText('Its name leads to an address that may be called.').waitFor()
    expect(await urlOf(page).inputValue()).toBe(ownReceiverUrl)
  })

  test('a refused URL is explained in Chinese to anyone who reads Chinese', async () => {
    const { page } = await open('/new', { locale: 'zh-CN' })
    await urlOf(page).fill('http://10.0.0.1/hook')
    await page.getByText('10.0.0.1 是内网地址').waitFor()
    expect(await page.getByText('is a private address').count()).toBe(0)
  })

  test('registers what was filled in, leads to the token, and finds it all again after a reload', async () => {
    const { page, faults } = await open('/new')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('<b>orders</b>')
    await urlOf(page).fill(known.url)
    await page.getByRole('textbox', { name: 'Search commands' }).fill('create room')
    await page.getByRole('checkbox', { name: 'Live.CallbackAfterCreateRoom', exact: true }).check()
    await page.getByRole('textbox', { name: 'Search commands' }).fill('')
    await page.getByText('Room', { exact: true }).click()
    await page.getByRole('checkbox', { name: 'Everything of Room' }).check()
    await page.getByRole('textbox', { name: 'Timeout' }).fill('1500')
    await page.getByRole('combobox', { name: 'Retries' }).selectOption({ label: 'A schedule of its own' })
    await page.getByRole('textbox', { name: 'Waits before each retry' }).fill('5s, 2m 1h')
    await page.getByRole('button', { name: 'Add a header' }).click()
    await page.getByRole('textbox', { name: 'Header name' }).fill('x-tenant')
    await page.getByRole('textbox', { name: 'Value' }).fill('7')
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByRole('combobox', { name: 'Failure' }).selectOption('timeout')
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await page.waitForURL((url) => url.searchParams.get('tab') === 'token')
    await page.getByRole('heading', { name: '<b>orders</b>' }).waitFor()

    const webhook = await newestWebhook()
    expect(webhook).toMatchObject({
      name: '<b>orders</b>',
      url: known.url,
      commands: ['Live.CallbackAfterCreateRoom', 'Room.*'],
      timeoutMs: 1500,
      retry: [5, 120, 3600],
      headers: { 'x-tenant': '7' },
      failurePolicy: { '*': { timeout: 'deny' } },
    })
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.reload()
    expect(await page.getByRole('textbox', { name: 'Waits before each retry' }).inputValue()).toBe('5s, 2m, 1h')
    expect(await page.getByRole('textbox', { name: 'Timeout' }).inputValue()).toBe('1500')
    expect(await page.getByRole('combobox', { name: 'Failure' }).inputValue()).toBe('timeout')
    expect(faults).toEqual([])
  })

  test('what is missing or cannot be read is said at its field, and nothing is sent', async () => {
    const { page } = await open('/new')
    const before = (await listWebhooks()).length
    await page.getByRole('textbox', { name: 'Timeout' }).fill('soon')
    await page.getByText('A whole number from 100 to 30000.').waitFor()
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await expect.poll(() => page.getByText('This is needed.').count()).toBe(2)
    await page.getByText('Some fields need mending').waitFor()
    // Anyone who works by keyboard is brought to the first field that is wrong.
    await expect.poll(() => urlOf(page).evaluate((field) => field === document.activeElement)).toBe(true)
    expect((await listWebhooks()).length).toBe(before)
  })

  test('a command that another webhook decides cannot be chosen, and says whose it is', async () => {
    const { page } = await open('/new')
    await page.getByRole('textbox', { name: 'Search commands' }).fill('Group.CallbackBeforeSendMsg')
    const box = page.getByRole('checkbox', { name: 'Group.CallbackBeforeSendMsg' })
    await box.waitFor()
    expect(await box.isDisabled()).toBe(true)
    await page.getByText('Decided by the webhook moderation.').waitFor()
  })

  test('what the service refuses although the form let it pass is shown at its field', async () => {
    const { page } = await open('/new')
    await page.getByRole('button', { name: 'Add a header' }).click()
    await page.getByRole('textbox', { name: 'Header name' }).fill('Host')
    await page.getByText('The header Host is set by the service and cannot be another.').waitFor()
    const field = page.getByRole('textbox', { name: 'Header name' })
    expect(await field.getAttribute('aria-invalid')).toBe('true')
  })

  test('changes only what was changed, and says that it is saved', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'to change', commands: ['Live.*'] })
    const { page, faults } = await open(`/${webhook.webhookId}`)
    // Someone else changes another member meanwhile.
    await change(webhook, { maxInFlight: 7 })
    await page.getByRole('switch', { name: 'Paused' }).check()
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Saved.').waitFor()
    expect(await read(webhook)).toMatchObject({ paused: true, maxInFlight: 7, retry: webhook.retry })
    await page.getByText('Paused', { exact: true }).first().waitFor()
    // And again, from where the first change left off.
    await page.getByRole('switch', { name: 'Paused' }).uncheck()
    await change(webhook, { timeoutMs: 777 })
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expect.poll(() => read(webhook)).toMatchObject({ paused: false, maxInFlight: 7, timeoutMs: 777 })
    expect(faults).toEqual([])
  })

  test('is not left by mistake: what was typed is asked about first', async () => {
    const { page } = await open('/new')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('half done')
    const questions: string[] = []
    page.once('dialog', (dialog) => {
      questions.push(dialog.message())
      void dialog.dismiss()
    })
    await page.getByRole('link', { name: 'Try it' }).click()
    await expect.poll(() => questions).toEqual(['Leave without saving what was changed?'])
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('half done')
    page.once('dialog', (dialog) => void dialog.accept())
    await page.getByRole('link', { name: 'Try it' }).click()
    await page.waitForURL((url) => url.pathname.endsWith('/try'))
  })

  test('takes authorities and a client certificate, says what does not fit together, and never shows the key', async () => {
    const { page, faults } = await open('/new')
    await urlOf(page).fill('https://hook.test/in')
    await page.getByText('Authorities and a client certificate of its own').click()
    await page.getByRole('textbox', { name: 'Authorities (PEM)' }).fill('no certificate')
    const field = page.getByRole('textbox', { name: 'Authorities (PEM)' })
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
    const { certificatePem: certificate, privateKeyPem: privateKey } = issueCertificate({ name: 'livehook' })
    await field.fill('')
    await page.getByRole('textbox', { name: 'Client certificate (PEM)' }).fill(certificate)
    await page.getByRole('textbox', { name: 'Private key (PEM)' }).fill(privateKey)
    await page.getByText('Room', { exact: true }).click()
    await page.getByRole('checkbox', { name: 'Everything of Room' }).check()
    await page.getByRole('button', { name: 'Create webhook' }).click()
    await page.waitForURL((url) => url.searchParams.get('tab') === 'token')
    await page.getByRole('tab', { name: 'Settings' }).click()
    await page.getByText('The client certificate ends:').waitFor()
    expect(await page.getByRole('textbox', { name: 'Private key (PEM)' }).inputValue()).toBe('')
    // Saving something else leaves the key where it is.
    await page.getByRole('switch', { name: 'Paused' }).check()
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Saved.').waitFor()
    expect(await newestWebhook()).toMatchObject({ paused: true, tls: { certificate, ca: null } })
    expect(faults).toEqual([])
  })

  test('deletes after a question, and not before', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'to delete', commands: ['Live.*'] })
    const { page, faults } = await open(`/${webhook.webhookId}`)
    await page.getByRole('button', { name: 'Delete webhook' }).click()
    await page.getByRole('dialog', { name: 'Delete this webhook?' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await read(webhook)).toMatchObject({ name: 'to delete' })
    await page.getByRole('button', { name: 'Delete webhook' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.waitForURL((url) => url.pathname.endsWith('/webhooks'))
    await page.getByRole('row', { name: /moderation/ }).waitFor()
    await expect.poll(() => page.getByRole('row', { name: /to delete/ }).count()).toBe(0)
    expect(faults).toEqual([])
  })
})

describe('by keyboard alone', () => {
  test('a webhook is registered, signed and tested', async () => {
    const { page, faults } = await open('/new')
    await walkTo(page, urlOf(page))
    await page.keyboard.type(known.url)
    const search = page.getByRole('textbox', { name: 'Search commands' })
    await walkTo(page, search)
    await page.keyboard.type('mic')
    const box = page.getByRole('checkbox', { name: /^Mic\./ }).first()
    await walkTo(page, box)
    await page.keyboard.press('Space')
    await walkTo(page, page.getByRole('button', { name: 'Create webhook' }))
    await page.keyboard.press('Enter')
    const make = page.getByRole('button', { name: 'Make a token' })
    await make.waitFor()
    await walkTo(page, make)
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'The new token' }).waitFor()
    await walkTo(page, page.getByRole('tab', { name: 'Token' }), 'Shift+Tab')
    await page.keyboard.press('ArrowRight')
    const start = page.getByRole('button', { name: 'Test this webhook' })
    await start.waitFor()
    await walkTo(page, start)
    await page.keyboard.press('Enter')
    await page.getByText('Open to forgery: the receiver accepts').waitFor()
    expect((await newestWebhook()).commands).toEqual(['Mic.CallbackAfterSeatInfoChanged'])
    expect(faults).toEqual([])
  })
})

describe('a hostile name, URL and header', () => {
  test('are shown as text on every page that shows them', async () => {
    const name = '<img src=x onerror=alert(1)> \u202eevil\u202c <script>document.title = "taken over"</script>'
    const webhook = await service.createWebhook(app.sdkAppId, {
      name,
      commands: ['Sns.CallbackPrevFriendAdd', 'Sns.*'],
      url: `${known.url}&x=<b>bold</b>&y="'`,
    })
    await change(webhook, { headers: { 'x-hostile': '<i>"value"</i>' } })
    const base = `/apps/${app.sdkAppId}`
    const { page, faults } = await open('')
    for (const path of [
      `${base}/webhooks`,
      `${base}/webhooks/${webhook.webhookId}`,
      `${base}/webhooks/${webhook.webhookId}?tab=token`,
      `${base}/webhooks/${webhook.webhookId}?tab=test`,
      `${base}/commands?command=Sns.CallbackPrevFriendAdd`,
      `${base}/try?command=Sns.CallbackPrevFriendAdd`,
      `${base}/webhooks/new`,
    ]) {
      await page.goto(service.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      if (path.endsWith('/new')) {
        await page.getByRole('textbox', { name: 'Search commands' }).fill('Sns.CallbackPrevFriendAdd')
      }
      await page.getByText('<img src=x onerror=alert(1)> ⟨U+202E⟩evil⟨U+202C⟩').first().waitFor()
      expect([path, await page.locator('main img, main b, main i, main script').count()]).toEqual([path, 0])
      expect(await page.title()).not.toBe('taken over')
      expect(await violationsOf(page)).toEqual([])
    }
    expect(faults).toEqual([])
  })
})

describe('the token', () => {
  test('is made here, shown with a button that copies it, and masked from then on', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'to sign', commands: ['Live.*'] })
    const { page, faults } = await open(`/${webhook.webhookId}?tab=token`)
    await page.getByText('No token is set.').waitFor()
    await page.getByRole('button', { name: 'Make a token' }).click()
    const made = page.getByRole('region', { name: 'The new token' })
    const token = (await made.getByRole('code').textContent()) ?? ''
    expect(token).toMatch(/^[\w-]{43}$/)
    await made.getByRole('button', { name: 'Copy the token' }).waitFor()
    await page.getByText(`A token is set (ends in …${token.slice(-4)}).`).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.reload()
    await page.getByText(`A token is set (ends in …${token.slice(-4)}).`).waitFor()
    expect(await page.content()).not.toContain(token)
    await page.getByRole('button', { name: 'Remove the token…' }).click()
    await page.getByRole('dialog', { name: 'Remove the token?' }).waitFor()
    await page.getByRole('button', { name: 'Remove the token', exact: true }).click()
    await page.getByText('No token is set.').waitFor()
    expect(faults).toEqual([])
  })

  const beginRotation = async (page: Page): Promise<string> => {
    await page.getByRole('combobox', { name: 'The old token still makes Sign for' }).selectOption('an hour')
    await page.getByRole('button', { name: 'Make a new token' }).click()
    return (await rotationOf(page).getByRole('code').textContent()) ?? ''
  }
  const rotationOf = (page: Page): Locator => page.getByRole('region', { name: 'Token being replaced' })
  const openToRotate = async (name: string) => {
    const webhook = await service.createWebhook(app.sdkAppId, { name, commands: ['Live.*'], token: 'xxxxyyyy1234' })
    return { webhook, ...(await open(`/${webhook.webhookId}?tab=token`)) }
  }

  test('is replaced with an overlap: both are there, named, until it is over, also after a reload', async () => {
    const { page, faults } = await openToRotate('to rotate')
    const token = await beginRotation(page)
    expect(token).toMatch(/^[\w-]{20,}$/)
    const rotation = rotationOf(page)
    await rotation.getByText(/The new token takes over in \d/).waitFor()
    // The old one counts still.
    await page.getByText('A token is set (ends in …1234).').waitFor()
    expect(await page.getByRole('button', { name: 'Make a new token' }).count()).toBe(0)
    await page.reload()
    await rotation.getByText(`ends in …${token.slice(-4)}`).waitFor()
    expect(await page.content()).not.toContain(token)
    await page.getByRole('button', { name: 'Show both tokens' }).click()
    await expect.poll(() => rotation.getByRole('code').allTextContents()).toEqual(['xxxxyyyy1234', token])
    const named = await rotation.locator('dt').allTextContents()
    expect(named).toEqual(['Makes Sign now (old)', 'Takes over (new)'])
    expect(await violationsOf(page)).toEqual([])
    expect(faults).toEqual([])
  })

  test('that takes over can be told to do so now, after a question', async () => {
    const { page, faults } = await openToRotate('to finish')
    const token = await beginRotation(page)
    await rotationOf(page).getByRole('button', { name: 'Finish now…' }).click()
    await page.getByRole('dialog', { name: 'Let the new token take over now?' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Finish now', exact: true }).click()
    await page.getByText(`A token is set (ends in …${token.slice(-4)}).`).waitFor()
    expect(await rotationOf(page).count()).toBe(0)
    expect(faults).toEqual([])
  })

  test('that was to take over is called off, and the old one stays', async () => {
    const { page, webhook } = await openToRotate('to call off')
    await beginRotation(page)
    await rotationOf(page).getByRole('button', { name: 'Cancel the replacement…' }).click()
    await page.getByRole('button', { name: 'Cancel the replacement', exact: true }).click()
    await page.getByRole('button', { name: 'Make a new token' }).waitFor()
    expect(await read(webhook)).toMatchObject({ tokenRotationEndsAt: null, tokenHint: '1234' })
  })

  test('that takes over is given more time', async () => {
    const { page } = await openToRotate('to extend')
    await beginRotation(page)
    await rotationOf(page).getByRole('combobox', { name: 'Let the new one take over' }).selectOption('a week from now')
    await rotationOf(page).getByRole('button', { name: 'Change the time' }).click()
    await expect.poll(() => rotationOf(page).textContent()).toMatch(/takes over in [67] ?d/)
  })

  test('is shown on purpose only, to anyone who may, and the audit log says so', async () => {
    const token = 'xxxxyyyy1234'
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'to look at', commands: ['Live.*'], token })
    const { page } = await open(`/${webhook.webhookId}?tab=token`)
    await page.getByText('A token is set (ends in …1234).').waitFor()
    expect(await page.content()).not.toContain(token)
    await page.getByRole('button', { name: 'Show the token' }).click()
    await page.getByRole('region', { name: 'The token', exact: true }).getByText(token).waitFor()
    await page.getByRole('button', { name: 'Hide it' }).click()
    expect(await page.content()).not.toContain(token)
    const audit = (await service.call('GET', '/v1/audit?action=token.revealed&limit=1')).body['items']
    expect(audit).toMatchObject([{ target: webhook.webhookId }])
  })

  test('that exists already is taken without being shown', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'has one', commands: ['Live.*'] })
    const { page } = await open(`/${webhook.webhookId}?tab=token`)
    await page.getByRole('textbox', { name: 'A token that you have already' }).fill('xxxxyyyy1234')
    await page.getByRole('button', { name: 'Use this token' }).click()
    await page.getByText('A token is set (ends in …1234).').waitFor()
    expect(await page.content()).not.toContain('xxxxyyyy1234')
  })
})

describe('the staged test', () => {
  test('shows each stage with its result, and says in words that a receiver which ignores Sign is open to forgery', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, {
      name: 'ignores Sign',
      commands: ['Live.*'],
      token: 'xxxxyyyy1234',
    })
    const { page, faults } = await open(`/${webhook.webhookId}?tab=test`)
    await page.getByRole('button', { name: 'Test this webhook' }).click()
    await page.getByText('Open to forgery: the receiver accepts requests with a wrong Sign.').waitFor()
    const stages = page.getByRole('list', { name: 'Stages of the test' }).getByRole('listitem')
    const texts = await page.getByRole('list', { name: 'Stages of the test' }).locator('> li').allTextContents()
    expect(texts).toHaveLength(13)
    expect(texts[0]).toContain('URL as writtenpassed')
    const forged = stages.filter({ hasText: 'Refuses a wrong Sign' }).first()
    expect(await forged.textContent()).toContain('failedopen_to_forgery')
    expect(await forged.getByText('Refuses a wrong Sign').evaluate((name) => getComputedStyle(name).color)).toBe(
      'rgb(180, 35, 35)',
    )
    expect(await violationsOf(page)).toEqual([])
    expect(faults).toEqual([])
  })

  test('without a token nothing is called well that was not asked, and a 401 is told for what it is', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'unsigned', commands: ['Live.*'] })
    const { page } = await open(`/${webhook.webhookId}?tab=test`)
    await page.getByRole('button', { name: 'Test this webhook' }).click()
    await page.getByText(/^Nothing failed, but \d checks were not made/).waitFor()
    expect(await page.getByText('All is well.').count()).toBe(0)
    const strict = await openReceiver((_request, response) => response.writeHead(401).end())
    onTestFinished(() => strict.close())
    await change(webhook, { url: strict.url })
    await page.getByRole('button', { name: 'Test again' }).click()
    await page.getByText('The receiver answered 401, and this webhook has no token').waitFor()
  })

  test('stages appear while it runs, and it can be stopped', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'hangs', commands: ['Live.*'] })
    // Takes the request and never answers.
    const silent = await openReceiver(() => undefined)
    onTestFinished(() => silent.close())
    await change(webhook, { url: silent.url, timeoutMs: 30_000 })
    const { page } = await open(`/${webhook.webhookId}?tab=test`)
    await page.getByRole('button', { name: 'Test this webhook' }).click()
    await page.getByText('Connection', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Stopped.').waitFor()
    expect(await page.getByRole('button', { name: 'Test again' }).isEnabled()).toBe(true)
  })

  test('a request to send by hand is made by a click of its own, signed and whole', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, {
      name: 'by hand',
      commands: ['Live.*'],
      token: 'xxxxyyyy1234',
    })
    const { page, faults } = await open(`/${webhook.webhookId}?tab=test`)
    const byHand = page.getByRole('region', { name: 'A request to send by hand' })
    expect(await byHand.textContent()).not.toContain('Sign=')
    await byHand.getByRole('button', { name: 'Make a curl line' }).click()
    await byHand.getByText('good for a minute').waitFor()
    expect(await byHand.getByRole('code').textContent()).toMatch(/^curl .*Sign=[0-9a-f]{64}&RequestTime=\d{10}/s)
    expect(faults).toEqual([])
  })

  test('an earlier failure says what to do, and what was not asked for that reason', async () => {
    const webhook = await service.createWebhook(app.sdkAppId, { name: 'no such name', commands: ['Live.*'] })
    await change(webhook, { url: 'http://notexist.invalid/hook' })
    const { page } = await open(`/${webhook.webhookId}?tab=test`)
    await page.getByRole('button', { name: 'Test this webhook' }).click()
    await page.getByText('Something failed').waitFor()
    await page.getByText('dig +short notexist.invalid').first().waitFor()
    expect(await page.getByText('Not asked: an earlier stage failed.').count()).toBeGreaterThan(3)
  })
})

describe('anyone who may only look', () => {
  test('sees the webhooks and is offered nothing that would be refused', async () => {
    const key = await service.call('POST', '/v1/keys', { name: 'looks only', role: 'read', sdkAppId: app.sdkAppId })
    const { page, faults, close } = await openPage(browser)
    onTestFinished(close)
    await page.goto(`${service.url}/sign-in?to=/apps/${app.sdkAppId}/webhooks`)
    await page.getByLabel('Key', { exact: true }).fill(String(key.body['key']))
    await page.getByRole('button', { name: 'Sign in' }).click()
    // The oldest of many: only rows in sight are there.
    await page.getByRole('searchbox').fill('moderation')
    await page.getByRole('link', { name: 'moderation', exact: true }).click()
    await page.getByText('Your role may look at this and not change it.').waitFor()
    expect(await urlOf(page).inputValue()).toBe(known.url)
    expect(await urlOf(page).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: /Save|Delete|Make|Test/ }).count()).toBe(0)
    await page.getByRole('tab', { name: 'Token' }).click()
    await page.getByText('No token is set.').waitFor()
    expect(await page.getByRole('button', { name: /Make|Remove|Use/ }).count()).toBe(0)
    await page.getByRole('tab', { name: 'Test' }).click()
    await page.getByText('Your role may look at this and not change it.').waitFor()
    expect(await page.getByRole('button', { name: /Test/ }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'New webhook' }).count()).toBe(0)
    // The sign-in page asks who is signed in, and the browser notes that no one was.
    expect(faults.filter((fault) => !fault.includes('401'))).toEqual([])
  })
})

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(['/new', '', '?tab=token', '?tab=test'])('webhooks%s breaks no rule of accessibility', async (part) => {
    const path = part === '/new' ? part : `/${known.webhookId}${part}`
    const { page, faults } = await open(path, { colorScheme })
    if (part === '/new' || part === '') await page.getByText('Live', { exact: true }).first().click()
    await page.waitForTimeout(400)
    expect(await violationsOf(page)).toEqual([])
    expect(faults).toEqual([])
  })
})

test('the form fits on a phone', async () => {
  const { page } = await open('/new', { viewport: { width: 390, height: 844 } })
  await page.waitForTimeout(300)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  expect(await violationsOf(page)).toEqual([])
})

/** Presses a key until something has the focus. */
async function walkTo(page: Page, place: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await place.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error('It cannot be reached by keyboard.')
}

async function change({ webhookId }: Webhook, patch: object): Promise<void> {
  const { status } = await service.call('PATCH', `/v1/apps/${app.sdkAppId}/webhooks/${webhookId}`, patch)
  expect(status).toBe(200)
}

async function read({ webhookId }: Webhook): Promise<object> {
  return (await service.call('GET', `/v1/apps/${app.sdkAppId}/webhooks/${webhookId}`)).body
}

async function listWebhooks(): Promise<readonly Webhook[]> {
  const page: Partial<List<Webhook>> = (await service.call('GET', `/v1/apps/${app.sdkAppId}/webhooks`)).body
  return page.items ?? []
}

async function newestWebhook(): Promise<Webhook> {
  const [newest] = await listWebhooks()
  if (newest === undefined) throw new Error('There is no webhook.')
  return newest
}
