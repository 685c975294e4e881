// The list of deliveries and what is behind each, in a real browser.

import type { App } from 'livehook/contract'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
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

async function createApp(name: string): Promise<App> {
  const app = await service.createApp(name)
  await service.createWebhook(app.sdkAppId, {
    name: 'orders-hook',
    commands: ['Live.*'],
    token: 'xxxxyyyy1234',
  })
  return app
}

async function openDeliveries(app: App, query = '', options: Parameters<typeof openSignedIn>[2] | object = {}) {
  const watched = await openSignedIn(browser, service, { ...options, path: `/apps/${app.sdkAppId}/deliveries${query}` })
  onTestFinished(watched.close)
  await watched.page.getByText('Live', { exact: true }).waitFor()
  return watched
}

const rowsOf = (page: Page) => page.getByRole('option')
const panelOf = (page: Page) => page.getByRole('region', { name: 'Delivery', exact: true })

describe('the list', () => {
  test('an empty list says what to do next, with the real address and app; the first delivery appears by itself', async () => {
    const app = await createApp('First run')
    const { page, faults } = await openDeliveries(app)
    const command = page.getByText(`curl '${service.url}/v1/apps/${app.sdkAppId}/events?command=Live.`)
    await command.waitFor()
    await service.deliver(app.sdkAppId, 'succeeded')
    await rowsOf(page).first().waitFor()
    await expect.poll(() => rowsOf(page).first().textContent()).toContain('Succeeded')
    expect(await command.count()).toBe(0)
    expect(faults).toEqual([])
  })

  test('an app without webhooks is told to register one first', async () => {
    const app = await service.createApp('No webhook')
    const { page } = await openDeliveries(app)
    await page.getByText('This app has no webhook').waitFor()
    expect(await page.getByText(`curl ${service.url}/v1/apps/${app.sdkAppId}/webhooks`).count()).toBe(1)
  })

  test('a new delivery goes on top while the list is watched, and is counted while something is read', async () => {
    const app = await createApp('Live arrival')
    const first = await service.deliver(app.sdkAppId, 'name_not_found')
    const { page } = await openDeliveries(app)
    await service.deliver(app.sdkAppId, 'succeeded', { command: 'Live.CallbackAfterDestroyRoom' })
    await rowsOf(page).nth(1).waitFor()
    expect(await rowsOf(page).first().textContent()).toContain('Live.CallbackAfterDestroyRoom')

    await rowsOf(page).nth(1).click()
    await page.waitForURL((url) => url.searchParams.get('delivery') === first)
    await service.deliver(app.sdkAppId, 'succeeded')
    await service.deliver(app.sdkAppId, 'succeeded')
    const chip = page.getByRole('button', { name: 'Show 2 new' })
    await chip.waitFor()
    expect(await rowsOf(page).count()).toBe(2)
    await chip.click()
    await rowsOf(page).nth(3).waitFor()
    expect(await chip.count()).toBe(0)
  })

  test('under the pointer, and with the focus in it, the list stands still: what is aimed at is what opens', async () => {
    const app = await createApp('Under the pointer')
    const first = await service.deliver(app.sdkAppId, 'succeeded')
    const { page } = await openDeliveries(app)
    await rowsOf(page).first().hover()
    await service.deliver(app.sdkAppId, 'succeeded', { command: 'Live.CallbackAfterDestroyRoom' })
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor()
    expect(await rowsOf(page).count()).toBe(1)
    await page.mouse.down()
    await page.mouse.up()
    await page.waitForURL((url) => url.searchParams.get('delivery') === first)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.mouse.move(5, 5)
    // The focus is there still.
    await page.getByRole('listbox').focus()
    await service.deliver(app.sdkAppId, 'succeeded')
    await page.getByRole('button', { name: /Show [12] new/ }).waitFor()
    await page.getByRole('combobox', { name: 'Filter' }).focus()
    await rowsOf(page).nth(2).waitFor()
    expect(await page.getByRole('button', { name: /Show \d new/ }).count()).toBe(0)
  })

  test('paused, nothing new goes on top; resumed, it does', async () => {
    const app = await createApp('Standstill')
    await service.deliver(app.sdkAppId, 'succeeded')
    const { page } = await openDeliveries(app)
    await rowsOf(page).first().waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await service.deliver(app.sdkAppId, 'succeeded')
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor()
    expect(await rowsOf(page).count()).toBe(1)
    await page.getByRole('button', { name: 'Resume' }).click()
    await rowsOf(page).nth(1).waitFor()
  })

  test('a long list scrolls to its end page by page, and holds only the rows in sight', async () => {
    const app = await createApp('Long list')
    await service.deliverMany(app.sdkAppId, 450)
    const { page, faults } = await openDeliveries(app)
    await rowsOf(page).first().waitFor()
    await page.getByRole('listbox').focus()
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('End')
      await page.waitForTimeout(150)
    }
    await page.getByText('That is all.').waitFor()
    expect(await rowsOf(page).count()).toBeLessThan(60)
    expect(await rowsOf(page).last().getAttribute('aria-posinset')).toBe('450')
    expect(faults).toEqual([])
  })

  test('what was missed while the stream was broken off is there when it stands again', async () => {
    const app = await createApp('Broken stream')
    onTestFinished(() => service.allowStreams(true))
    const { page } = await openDeliveries(app)
    await page.getByRole('heading', { name: 'No delivery yet' }).waitFor()
    service.allowStreams(false)
    await page.getByText(/Reconnecting|Offline/).waitFor()
    await service.deliver(app.sdkAppId, 'succeeded')
    service.allowStreams(true)
    await page.getByText('Live', { exact: true }).waitFor()
    await rowsOf(page).first().waitFor()
    expect(await rowsOf(page).count()).toBe(1)
  })
})

describe('the filter', () => {
  test('finds what people have in hand, offers words while typing, and tells rows of one command apart', async () => {
    const app = await createApp('In hand')
    await service.deliver(app.sdkAppId, 'succeeded', { body: '{"RoomInfo":{"RoomId":"stage-42"}}' })
    const other = await service.deliver(app.sdkAppId, 'succeeded', {
      body: '{"RoomInfo":{"RoomId":"stage-43"},"Host":"amy b"}',
    })
    const { page, faults } = await openDeliveries(app)
    await rowsOf(page).nth(1).waitFor()
    expect(await rowsOf(page).allTextContents()).toEqual([
      expect.stringContaining('room:stage-43'),
      expect.stringContaining('room:stage-42'),
    ])
    const box = page.getByRole('combobox', { name: 'Filter' })
    await box.fill('amy b')
    await box.press('Enter')
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('text')).toBe('amy b')
    // A word that is none of the filter's is looked for: nothing old stays under an error.
    await box.fill('state:nonsense')
    await box.press('Enter')
    await page.getByText('Nothing matches').waitFor()
    expect(await rowsOf(page).count()).toBe(0)
    await box.fill('stage-43')
    await box.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('text') === 'stage-43')
    await rowsOf(page).first().click()
    await page.waitForURL((url) => url.searchParams.get('delivery') === other)
    await box.fill('state:dead cre')
    await expect
      .poll(() => page.locator('datalist option').evaluateAll((all) => all.map((one) => one.getAttribute('value'))))
      .toContain('state:dead command:Live.CallbackAfterCreateRoom')
    expect(faults).toEqual([])
  })

  test('chips and box are one filter, which stands in the address and survives a reload', async () => {
    const app = await createApp('Filter')
    await service.deliver(app.sdkAppId, 'succeeded')
    await service.deliver(app.sdkAppId, 'name_not_found')
    await service.deliver(app.sdkAppId, 'status_500')
    const { page } = await openDeliveries(app)
    await rowsOf(page).nth(2).waitFor()
    await page.getByRole('button', { name: 'Pending' }).click()
    await page.waitForURL((url) => url.searchParams.get('state') === 'pending')
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    expect(await rowsOf(page).first().textContent()).toContain('Fails with 500')

    await page.keyboard.press('/')
    await page.getByLabel('Filter', { exact: true }).fill('state:dead symptom:times_out')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('symptom') === 'times_out')
    await expect.poll(() => rowsOf(page).first().textContent()).toContain('The name does not exist')
    await page.reload()
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    expect(await page.getByLabel('Filter', { exact: true }).inputValue()).toBe('state:dead symptom:times_out')
    expect(await page.getByRole('button', { name: 'Dead' }).getAttribute('aria-pressed')).toBe('true')
  })

  test('a family of commands, a range and an id are words too; each has a chip that lets go of it', async () => {
    const app = await service.createApp('Families')
    await service.createWebhook(app.sdkAppId, { name: 'all-hook', commands: ['*'] })
    await service.deliver(app.sdkAppId, 'succeeded', { command: 'Room.CallbackAfterCreateRoom' })
    const live = await service.deliver(app.sdkAppId, 'succeeded')
    const { page, faults } = await openDeliveries(app)
    await rowsOf(page).nth(1).waitFor()
    await page.getByLabel('Filter', { exact: true }).fill('Live.*')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('command') === 'Live.*')
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await service.deliver(app.sdkAppId, 'succeeded', { command: 'Room.CallbackAfterCreateRoom' })
    await service.deliver(app.sdkAppId, 'succeeded', { command: 'Live.CallbackAfterDestroyRoom' })
    await expect.poll(() => rowsOf(page).count()).toBe(2)

    await page.getByRole('button', { name: 'Remove command Live.*' }).click()
    await expect.poll(() => rowsOf(page).count()).toBe(4)
    await page.getByRole('button', { name: /^Time range/ }).click()
    await page.getByRole('button', { name: 'Last hour' }).click()
    await page.waitForURL((url) => url.searchParams.get('since') === '1h')
    await expect.poll(() => rowsOf(page).count()).toBe(4)
    await page.getByRole('button', { name: 'Time range: Last hour' }).click()
    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00:00')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()

    await page.getByLabel('Filter', { exact: true }).fill(live)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('id') === live)
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await page.reload()
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    expect(faults).toEqual([])
  })

  test('an unknown word searches: what no word of the filter is gets looked for in the bodies', async () => {
    const app = await createApp('Unknown word')
    await service.deliver(app.sdkAppId, 'succeeded', { body: '{"Note":"colour:red"}' })
    await service.deliver(app.sdkAppId, 'succeeded', { body: '{"Note":"colour:blue"}' })
    const { page, faults } = await openDeliveries(app)
    await rowsOf(page).nth(1).waitFor()
    await page.getByLabel('Filter', { exact: true }).fill('colour:red')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('text') === 'colour:red')
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await page.getByLabel('Filter', { exact: true }).fill('colour:green')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    expect(faults).toEqual([])
  })

  test('a filter that nothing passes says so, and can be cleared on the spot', async () => {
    const app = await createApp('Nothing passes')
    await service.deliver(app.sdkAppId, 'succeeded')
    const { page } = await openDeliveries(app, '?state=dead')
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor()
    await page.getByText('Clear filter').click()
    await rowsOf(page).first().waitFor()
    expect(new URL(page.url()).search).toBe('')
  })
})

describe('a delivery', () => {
  test('a failure is explained on top: the cause in words, its code, advice, and the command to try', async () => {
    const app = await createApp('Diagnosis')
    const id = await service.deliver(app.sdkAppId, 'name_not_found')
    const { page, faults } = await openDeliveries(app, `?delivery=${id}`)
    const diagnosis = page.getByRole('region', { name: 'Diagnosis' })
    await diagnosis.waitFor()
    const text = (await diagnosis.textContent()) ?? ''
    expect(text.match(/Access to the webhook URL times out/g)).toBeNull()
    expect(text).toContain('dns_not_found')
    expect(text).toContain('dig +short')
    expect(text).toContain('Dead: this webhook wants no retries.')
    expect(await panelOf(page).getByText('stopped here').count()).toBe(1)
    expect(faults).toEqual([])
  })

  // The failure table of the platforms: each cause has its own sentence and its own advice.
  test.each([
    ['name_not_found', 'The name does not exist', 'notexist.invalid does not exist'],
    ['private_name', 'The address may not be called', '10.0.0.1'],
    ['closed_port', 'Nothing listens on the port', 'nothing listens on port'],
    ['certificate_expired', 'The certificate has expired', 'expired'],
    ['status_503', 'Fails with 503', '503'],
    ['html', 'Answers HTML instead of JSON', 'JSON'],
  ] as const)('%s has its own sentence: %s', async (ending, sentence, advice) => {
    const app = await createApp(ending)
    const id = await service.deliver(app.sdkAppId, ending)
    const { page, faults } = await openDeliveries(app, `?delivery=${id}`)
    const diagnosis = page.getByRole('region', { name: 'Diagnosis' })
    await diagnosis.waitFor()
    const text = (await diagnosis.textContent()) ?? ''
    expect(text).toContain(sentence)
    expect(text).toContain(advice)
    expect(await rowsOf(page).first().textContent()).toContain(sentence)
    expect(faults).toEqual([])
  })

  test('an attempt says where it went, not where its webhook leads today; a cut answer says how much was cut', async () => {
    const app = await createApp('Moved')
    const id = await service.deliver(app.sdkAppId, 'large_answer')
    await service.mendWebhook(app.sdkAppId)
    const { page, faults } = await openDeliveries(app, `?delivery=${id}&tab=request`)
    const panel = panelOf(page)
    await panel.getByRole('heading', { name: 'URL that it went to' }).waitFor()
    expect(await panel.getByText(/\/large_answer\?tenant=1$/).count()).toBeGreaterThan(0)
    await panel.getByText(/Today the webhook leads to .*\/succeeded/).waitFor()
    await panel.getByRole('tab', { name: 'Answer' }).click()
    await panel.getByText(/Cut off after .* of 3072\.0 KiB: at most 64 KiB of an answer are read/).waitFor()
    expect(await panel.getByText('Empty.').count()).toBe(0)
    expect(faults).toEqual([])
  })

  test('what stands in the address is there after a reload: app, delivery, attempt and tab', async () => {
    const app = await createApp('Reload')
    const id = await service.deliver(app.sdkAppId, 'status_500')
    const { page } = await openDeliveries(app, `?delivery=${id}`)
    await panelOf(page).getByRole('button', { name: /^1 / }).click()
    await page.getByRole('tab', { name: 'Request' }).click()
    await page.waitForURL((url) => url.searchParams.get('tab') === 'request')
    const address = page.url()
    await page.reload()
    await panelOf(page).getByText('Attempt 1', { exact: true }).waitFor()
    expect(page.url()).toBe(address)
    expect(await page.getByRole('tab', { name: 'Request' }).getAttribute('aria-selected')).toBe('true')
    expect(await rowsOf(page).first().getAttribute('aria-selected')).toBe('true')
    expect(await page.getByRole('region', { name: 'Diagnosis' }).textContent()).toMatch(/next try in \d+/)
  })

  test('the request is shown as it went out: Sign masked, numbers beyond 2^53 untouched', async () => {
    const app = await createApp('Request')
    const id = await service.deliver(app.sdkAppId, 'status_500', {
      body: '{"Owner_Account":9007199254740993,"big":1e999}',
    })
    const { page } = await openDeliveries(app, `?delivery=${id}&tab=request`)
    await panelOf(page).getByText('"Owner_Account": 9007199254740993').waitFor()
    expect(await panelOf(page).textContent()).toMatch(/Sign=\*+/)
    await panelOf(page).getByText('Raw', { exact: true }).click()
    await panelOf(page).getByText('"Owner_Account":9007199254740993,"big":1e999}').waitFor()
  })

  test('the certificate that was refused is shown', async () => {
    const app = await createApp('Certificate')
    const id = await service.deliver(app.sdkAppId, 'certificate_untrusted')
    const { page } = await openDeliveries(app, `?delivery=${id}`)
    const card = page.getByRole('region', { name: 'Certificate' })
    await card.waitFor()
    expect(await card.textContent()).toContain('receiver.test')
    expect(await card.textContent()).toContain('SHA-256')
    expect(await page.getByRole('region', { name: 'Diagnosis' }).textContent()).toContain(
      'The certificate is not trusted',
    )
  })

  test('hostile text stays text: no markup runs, nothing is turned around or hidden, and the page keeps its shape', async () => {
    const app = await service.createApp('<b>Hostile</b> \u202eapp')
    await service.createWebhook(app.sdkAppId, { name: '<img src=x onerror=alert(1)>\u202e', commands: ['*'] })
    const id = await service.deliver(app.sdkAppId, 'hostile_answer')
    const { page, faults } = await openDeliveries(app, `?delivery=${id}&tab=answer`)
    await panelOf(page).getByText('<script>document.title').first().waitFor()
    expect(await page.title()).toBe('Deliveries · livehook')
    const text = (await page.locator('body').textContent()) ?? ''
    expect(text).toContain('⟨U+202E⟩evil⟨U+202C⟩')
    expect(text).toContain('⟨U+0000⟩')
    expect(text).toContain('⟨U+001B⟩[31m')
    expect(text).not.toContain('\u202e')
    expect(await page.locator('img, b').count()).toBe(0)
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(viewport)
      const width: unknown = await page.evaluate('document.documentElement.scrollWidth')
      expect(width).toBe(viewport.width)
    }
    expect(faults).toEqual([])
  })

  test('is copied as a command line that another machine can run, without a secret in it', async () => {
    const app = await createApp('Curl')
    const id = await service.deliver(app.sdkAppId, 'succeeded', { body: `{"RoomName":"it's \\"here\\""}` })
    const { page, faults } = await openDeliveries(app, `?delivery=${id}`)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy as curl', exact: true }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const command = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(command).not.toContain('xxxxyyyy1234')
    // What a shell makes of it is the request, signed by the token that this shell knows.
    const script = command.replace('curl -sS -D-', `printf '%s\\0'`)
    const { stdout } = spawnSync('sh', ['-c', script], { env: { ...process.env, LIVEHOOK_TOKEN: 'xxxxyyyy1234' } })
    const words = stdout.toString().split('\0')
    const url = new URL(words[0] ?? '')
    const { RequestTime = '', Sign, ...parameters } = Object.fromEntries(url.searchParams)
    expect(Sign).toBe(createHash('sha256').update(`xxxxyyyy1234${RequestTime}`).digest('hex'))
    expect(parameters).toEqual({
      tenant: '1',
      SdkAppId: String(app.sdkAppId),
      WebhookCommand: 'Live.CallbackAfterCreateRoom',
      contenttype: 'json',
      ClientIP: '127.0.0.1',
      OptPlatform: 'RESTAPI',
    })
    expect(JSON.parse(words.at(-2) ?? '')).toMatchObject({ RoomName: 'it\'s "here"' })

    // A Sign that is valid is a secret: it is copied by a button that says so, and is good for the receiver as it is.
    await page.getByRole('button', { name: /with a Sign that is valid for a minute: treat it as a secret/ }).click()
    const read = async () => String(await page.evaluate('navigator.clipboard.readText()'))
    await expect.poll(read).toMatch(/&RequestTime=\d{10}'/)
    const signed = await read()
    const [, sign, time = ''] = /&Sign=([0-9a-f]{64})&RequestTime=(\d{10})'/.exec(signed) ?? []
    expect(sign).toBe(createHash('sha256').update(`xxxxyyyy1234${time}`).digest('hex'))
    expect(signed).not.toContain('LIVEHOOK_TOKEN')
    expect(faults).toEqual([])
  })

  test('whose webhook is gone, or whose body is no longer kept, says so and offers no button that can only fail', async () => {
    const app = await createApp('No redelivery')
    const gone = await service.deliver(app.sdkAppId, 'name_not_found')
    const { webhookId } = await service.createWebhook(app.sdkAppId, {
      name: 'forgetful',
      commands: ['Room.*'],
      keepBodies: 'never',
    })
    const [bodiless = ''] = (await service.postEvent(app.sdkAppId, 'Room.CallbackAfterCreateRoom')).deliveries
    const { page } = await openDeliveries(app, `?delivery=${bodiless}&tab=request`)
    await panelOf(page).getByText('It cannot be redelivered: its body is no longer kept.').waitFor()
    await panelOf(page).getByText('the webhook’s setting keepBodies let go of it').waitFor()
    expect(await panelOf(page).getByRole('button', { name: 'Redeliver' }).count()).toBe(0)
    expect(webhookId).toMatch(/^wh_/)

    await page.goto(`${service.url}/apps/${app.sdkAppId}/deliveries?delivery=${gone}`)
    await panelOf(page).getByRole('button', { name: 'Redeliver' }).waitFor()
    await service.deleteWebhooks(app.sdkAppId)
    await page.reload()
    await panelOf(page).getByText('It cannot be redelivered: its webhook was deleted.').waitFor()
    expect(await panelOf(page).getByRole('button', { name: 'Redeliver' }).count()).toBe(0)
  })

  test('a refusal of the API is said in the language that is spoken', async () => {
    const app = await createApp('Refusal')
    const id = await service.deliver(app.sdkAppId, 'name_not_found')
    const { page } = await openSignedIn(browser, service, {
      locale: 'zh-CN',
      path: `/apps/${app.sdkAppId}/deliveries?delivery=${id}`,
    })
    onTestFinished(() => page.context().close())
    await page.getByRole('button', { name: '重新投递', exact: true }).waitFor()
    // The page has not heard of it yet when the button is pressed.
    service.allowStreams(false)
    onTestFinished(() => service.allowStreams(true))
    await page.getByText(/正在重连|已离线/).waitFor()
    await service.deleteWebhooks(app.sdkAppId)
    await page.getByRole('button', { name: '重新投递', exact: true }).click()
    const refusal = page.getByRole('alert')
    await refusal.waitFor()
    expect(await refusal.textContent()).toBe('其回调已被删除。请重新登记回调并重新提交事件。')
  })

  test('an unknown delivery is named as such instead of an empty pane', async () => {
    const app = await createApp('Unknown delivery')
    const { page } = await openDeliveries(app, '?delivery=dlv_gone')
    await page.getByRole('heading', { name: 'No such delivery' }).waitFor()
    expect(await panelOf(page).getByRole('button', { name: 'Close' }).count()).toBe(1)
  })
})

describe('redelivery of all that passes the filter', () => {
  test('is counted before, runs at the rate that was asked for, and can be paused, resumed and cancelled', async () => {
    const app = await createApp('Bulk')
    for (let count = 0; count < 4; count += 1) await service.deliver(app.sdkAppId, 'name_not_found')
    await service.deliver(app.sdkAppId, 'succeeded')
    const { page, faults } = await openDeliveries(app, '?state=succeeded')
    await page.getByRole('button', { name: 'Redeliver all' }).click()
    const panel = page.getByRole('region', { name: 'Redeliver all' })
    await panel.getByText('1 delivery', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Pending' }).click()
    await panel.getByText('Pending deliveries, now instead of when they are due').waitFor()
    await page.getByRole('button', { name: 'Dead' }).click()
    await panel.getByText('4 deliveries', { exact: true }).waitFor()
    await page.reload()
    await panel.getByText('4 deliveries', { exact: true }).waitFor()

    await panel.getByLabel('At most per second').fill('0')
    await panel.getByText('A whole number from 1 to 100,000, or empty.').waitFor()
    await panel.getByLabel('At most per second').fill('1')
    await panel.getByRole('button', { name: 'Redeliver 4' }).click()
    await panel.getByRole('button', { name: 'Pause' }).click()
    await panel.getByText('Paused').waitFor()
    await panel.getByRole('button', { name: 'Resume' }).click()
    await panel.getByText('Running').waitFor()
    await panel.getByRole('button', { name: 'Cancel' }).click()
    await panel.getByText('Cancelled').waitFor()

    await panel.getByLabel('At most per second').fill('')
    await panel.getByRole('button', { name: /^Redeliver \d/ }).click()
    await panel.getByText('Done').waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(faults).toEqual([])
  })
})

describe('the keyboard', () => {
  test('is enough: j, k, Enter, Esc move, open and close; ? shows the keys; g w and g d change the room', async () => {
    const app = await createApp('Keyboard')
    for (let count = 0; count < 3; count += 1) await service.deliver(app.sdkAppId, 'succeeded')
    const { page, faults } = await openDeliveries(app)
    await rowsOf(page).nth(2).waitFor()
    const ids = await rowsOf(page).evaluateAll((rows) => rows.map((row) => row.id.replace('row-', '')))
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('delivery') === ids[1])
    await page.keyboard.press('j')
    await page.waitForURL((url) => url.searchParams.get('delivery') === ids[2])
    await page.keyboard.press('k')
    await page.waitForURL((url) => url.searchParams.get('delivery') === ids[1])
    expect(await page.getByRole('listbox').getAttribute('aria-activedescendant')).toBe(`row-${ids[1]}`)
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.searchParams.has('delivery'))

    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('g')
    await page.keyboard.press('w')
    await page.getByRole('heading', { name: 'Webhooks' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await rowsOf(page).first().waitFor()
    expect(faults).toEqual([])
  })

  test('reaches everything in the order of the page, and the focus is always to be seen', async () => {
    const app = await createApp('Tab order')
    await service.deliver(app.sdkAppId, 'succeeded')
    const { page } = await openDeliveries(app)
    await rowsOf(page).first().waitFor()
    const seen: string[] = []
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab')
      const focused: unknown = await page.evaluate(`(() => {
        const element = document.activeElement
        if (element === document.body) return null
        const ring = element.matches('[role=listbox]') ? element.parentElement : element
        const style = getComputedStyle(ring)
        const isSeen = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.borderColor !== ''
        return (element.getAttribute('aria-label') ?? element.textContent) + (isSeen ? '' : ' UNSEEN')
      })()`)
      if (typeof focused === 'string') seen.push(focused)
    }
    const order = ['Skip to content', 'Switch app', 'Webhooks', 'Sign out', 'All', 'Symptom', 'Filter', 'Pause']
    const places = [...order, 'Deliveries, newest first', 'Width of the list'].map((name) =>
      seen.findIndex((text) => text.startsWith(name)),
    )
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(seen.filter((name) => name.endsWith('UNSEEN'))).toEqual([])
  })
})

describe('a delivery that died', () => {
  test('is brought once more after its receiver was mended, and turns green without a reload', async () => {
    const app = await createApp('Mended')
    const dead = await service.deliver(app.sdkAppId, 'name_not_found')
    // The next event mends the webhook's URL.
    await service.deliver(app.sdkAppId, 'succeeded')
    const { page, faults } = await openDeliveries(app, `?delivery=${dead}`)
    const panel = panelOf(page)
    await panel.getByText('dns_not_found').first().waitFor()
    await panel.getByRole('button', { name: 'Redeliver' }).click()
    await panel.getByText('The receiver answered 200 with JSON').waitFor()
    await rowsOf(page).filter({ hasText: 'Succeeded' }).nth(1).waitFor()
    expect(faults).toEqual([])
  })

  test('that waits for its next attempt can be cancelled', async () => {
    const app = await createApp('Called off')
    const waiting = await service.deliver(app.sdkAppId, 'status_500')
    const { page } = await openDeliveries(app, `?delivery=${waiting}`)
    const panel = panelOf(page)
    await panel.getByRole('button', { name: 'Cancel delivery' }).click()
    await panel.getByText('Cancelled').first().waitFor()
    expect(await panel.getByRole('button', { name: 'Cancel delivery' }).count()).toBe(0)
  })
})
