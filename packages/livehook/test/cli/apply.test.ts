import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkSign } from '@livehook/protocol/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createApiClient } from '../../src/cli/client/api-client.ts'
import type { App, CreatedKey, List, Webhook } from '../../src/http/contract/contract.ts'
import { runInProcess, startCliInTerminal } from '../support/cli.ts'
import { issueCertificate } from '../egress/certificates.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestService } from '../support/service.ts'
import { adminKey as key, openService } from '../support/service.ts'

const url = 'http://127.0.0.1:8080/hook'
const gift = 'Live.CallbackBeforeSendGift'
const message = 'Group.CallbackBeforeSendMsg'

let folder: string
let service: TestService
const stops: (() => Promise<void>)[] = []

beforeAll(async () => {
  service = await openService()
})
afterAll(async () => service.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-file-'))
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  await rm(folder, { recursive: true, force: true })
})

interface More {
  readonly env?: Record<string, string>
  readonly input?: string
}

function livehook(args: readonly string[], { env, ...more }: More = {}) {
  return runInProcess(args, { env: { LIVEHOOK_URL: service.url, LIVEHOOK_KEY: key, ...env }, ...more })
}

async function fileOf(content: string, name = 'livehook.yaml'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function apply(content: string, args: readonly string[] = ['--yes'], env: Record<string, string> = {}) {
  return livehook(['apply', '-f', await fileOf(content), ...args], { env })
}

let names = 0
/** An app that no other test has. */
function newName(): string {
  names += 1
  return `Shop ${names}`
}

/** A file with one app. */
function fileWith(name: string, ...webhooks: object[]): string {
  return JSON.stringify({ version: 1, apps: [{ name, webhooks }] })
}

async function get<Answer>(path: string): Promise<Answer> {
  return createApiClient({ url: service.url, key }).get<Answer>(path)
}

async function appOf(name: string): Promise<App> {
  const { items } = await get<List<App>>('/v1/apps?limit=200')
  const app = items.find((each) => each.name === name)
  if (app === undefined) throw new Error(`there is no app ${name}`)
  return app
}

async function webhooksOf(name: string): Promise<readonly Webhook[]> {
  return (await get<List<Webhook>>(`/v1/apps/${(await appOf(name)).sdkAppId}/webhooks`)).items.toReversed()
}

describe('livehook apply', () => {
  test('makes an app, its commands and its webhooks what the file says; a second time there is nothing to do', async () => {
    const receiver = await openReceiver()
    stops.push(() => receiver.close())
    const name = newName()
    const text = `
version: 1
apps:
  - name: ${name}
    adminIdentifiers: [administrator, robot]
    commands:
      - command: Shop.CallbackBeforeOrder
        phase: before
        reply: { codes: [{ codes: '0', verdict: allow }] }
    webhooks:
      - name: main
        url: ${receiver.url}
        commands: ['Live.*', ${gift}, Shop.CallbackBeforeOrder]
        spelling: callback
        timeoutMs: 700
        retry: none
        failurePolicy: { ${gift}: { timeout: deny } }
        tokenFrom: { env: SHOP_TOKEN }
      - name: audit
        url: ${url}
        commands: [Room.*]
        enabled: false
`
    const args = ['apply', '-f', await fileOf(text), '--yes']
    const first = await livehook(args, { env: { SHOP_TOKEN: 'xxxxyyyy-1234' } })
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout).toContain('4 to create, 0 to change, 0 to delete.')
    const app = await appOf(name)
    expect(app.adminIdentifiers).toEqual(['administrator', 'robot'])
    const [main, audit] = await webhooksOf(name)
    expect(main).toMatchObject({
      name: 'main',
      spelling: 'callback',
      timeoutMs: 700,
      retry: 'none',
      failurePolicy: { [gift]: { timeout: 'deny' } },
      enabled: true,
      tokenSet: true,
      tokenHint: '1234',
    })
    expect(audit).toMatchObject({ name: 'audit', enabled: false, tokenSet: false })

    const client = createApiClient({ url: service.url, key })
    await client.post(`/v1/apps/${app.sdkAppId}/events?command=Live.CallbackAfterCreateRoom`, {})
    const [request] = await receiver.arrived(1)
    const query = request?.target.split('?')[1] ?? ''
    const check = checkSign({ tokens: ['xxxxyyyy-1234'], query, now: Date.now() })
    expect(check).toMatchObject({ kind: 'verified' })

    const second = await livehook(args, { env: { SHOP_TOKEN: 'xxxxyyyy-1234' } })
    expect(second).toEqual({ code: 0, stdout: 'Nothing to do: the service is what the file says.\n', stderr: '' })
  })

  test('changes what differs and nothing else; a line that was taken out is taken back', async () => {
    const name = newName()
    const settings = { name: 'main', url, commands: ['*'], timeoutMs: 700, headers: { 'x-team': 'live' } }
    await apply(fileWith(name, settings))
    const [before] = await webhooksOf(name)
    const client = createApiClient({ url: service.url, key })
    await client.patch(`/v1/apps/${before?.sdkAppId}/webhooks/${before?.webhookId}`, { paused: true })

    const { headers: _headers, ...rest } = settings
    const changed = await apply(fileWith(name, { ...rest, timeoutMs: 900, commands: ['Room.*', 'Live.*'] }))
    expect(changed.code).toBe(0)
    expect(changed.stdout).toContain(`~ app ${name}: webhook main\n`)
    expect(changed.stdout).toContain('timeoutMs: 700 → 900\n')
    expect(changed.stdout).toContain('commands: ["*"] → ["Live.*","Room.*"]\n')
    expect(changed.stdout).toContain('headers: ["x-team"] → []\n')
    const [after] = await webhooksOf(name)
    expect(after).toMatchObject({ webhookId: before?.webhookId, timeoutMs: 900, headers: {} })
    // An operator's switch, about which the file says nothing.
    expect(after?.paused).toBe(true)
    const order = await apply(fileWith(name, { ...rest, timeoutMs: 900, commands: ['Live.*', 'Room.*'] }))
    expect(order.stdout).toContain('Nothing to do')
  })

  test('takes a token from a variable or a file, sees whether it is another, and takes it away', async () => {
    const name = newName()
    const main = { name: 'main', url, commands: ['*'] }
    const withEnv = fileWith(name, { ...main, tokenFrom: { env: 'TOKEN' } })
    await apply(withEnv, ['--yes'], { TOKEN: 'token-of-2025-live' })
    // The same end, so the hint that the service shows tells nothing.
    const another = await apply(withEnv, ['--yes'], { TOKEN: 'token-of-2026-live' })
    expect(another.stdout).toContain('token: set → from the environment variable TOKEN')
    expect((await apply(withEnv, ['--yes'], { TOKEN: 'token-of-2026-live' })).stdout).toContain('Nothing to do')

    await fileOf('token-of-2026-live\n', 'token.txt')
    const withFile = fileWith(name, { ...main, tokenFrom: { file: 'token.txt' } })
    expect((await apply(withFile)).stdout).toContain('Nothing to do')
    await fileOf('short\n', 'token.txt')
    expect((await apply(withFile)).stdout).toContain('token: set → from token.txt')
    expect((await webhooksOf(name))[0]).toMatchObject({ tokenSet: true, tokenHint: null })

    expect((await apply(fileWith(name, main))).stdout).toContain('Nothing to do')
    expect((await apply(fileWith(name, { ...main, tokenFrom: null }))).stdout).toContain('token: set is taken away')
    expect((await webhooksOf(name))[0]?.tokenSet).toBe(false)
    expect((await apply(fileWith(name, { ...main, tokenFrom: null }))).stdout).toContain('Nothing to do')
  })

  test('takes authorities and a client certificate from files, and its key by reference only', async () => {
    const name = newName()
    const authority = issueCertificate({ name: 'Private Root', isAuthority: true })
    const own = issueCertificate({ name: 'livehook of the shop', issuer: authority })
    await fileOf(authority.certificatePem, 'ca.pem')
    await fileOf(own.certificatePem, 'own.pem')
    await fileOf(own.privateKeyPem, 'own.key')
    const tls = { ca: { file: 'ca.pem' }, certificate: { file: 'own.pem' }, privateKeyFrom: { file: 'own.key' } }
    const text = fileWith(name, { name: 'main', url: 'https://shop.example/hook', commands: ['*'], tls })
    const first = await apply(text)
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout).toContain('tls: ["ca","certificate","privateKey"]')
    const [webhook] = await webhooksOf(name)
    expect(webhook?.tls).toMatchObject({ ca: authority.certificatePem, certificate: own.certificatePem })
    expect((await apply(text)).stdout).toContain('Nothing to do')

    const exported = await livehook(['export', '--app', String(webhook?.sdkAppId)])
    expect(exported.stdout).toContain('BEGIN CERTIFICATE')
    expect(exported.stdout).not.toContain('PRIVATE KEY')
    expect(exported.stderr).toContain('has a private key, which is not exported: name it with tls.privateKeyFrom.')
    expect((await apply(exported.stdout)).stdout).toContain('Nothing to do')

    const next = issueCertificate({ name: 'livehook of the shop', issuer: authority })
    await fileOf(next.certificatePem, 'own.pem')
    const wrongKey = await apply(text)
    expect(wrongKey).toMatchObject({ code: 3 })
    expect(wrongKey.stderr).toMatch(/livehook\.yaml:1:\d+: /)
    await fileOf(next.privateKeyPem, 'own.key')
    expect(await apply(text)).toMatchObject({ code: 0 })
    expect((await webhooksOf(name))[0]?.tls).toMatchObject({ certificate: next.certificatePem })
    expect(
      (await apply(fileWith(name, { name: 'main', url: 'https://shop.example/hook', commands: ['*'] }))).code,
    ).toBe(0)
    expect((await webhooksOf(name))[0]?.tls).toBeNull()
  })

  test('leaves alone what the file does not name, and deletes it with --prune', async () => {
    const name = newName()
    const [one, two] = ['one', 'two'].map((each) => ({ name: each, url, commands: ['*'] }))
    const commands = [{ command: 'Shop.AfterSale', phase: 'after' }]
    await apply(JSON.stringify({ version: 1, apps: [{ name, commands, webhooks: [one, two] }] }))
    const fewer = JSON.stringify({ version: 1, apps: [{ name, commands: [], webhooks: [one] }] })
    const kept = await apply(fewer)
    expect(kept.stdout).toContain(`app ${name} also has webhook two, command Shop.AfterSale; --prune deletes`)
    expect(kept.stdout).toContain('Nothing to do')
    expect(await webhooksOf(name)).toHaveLength(2)

    const silent = JSON.stringify({ version: 1, apps: [{ name }] })
    expect((await apply(silent, ['--yes', '--prune'])).stdout).toContain('Nothing to do')
    const pruned = await apply(fewer, ['--yes', '--prune'])
    expect(pruned.stdout).toContain(`- app ${name}: webhook two\n- app ${name}: command Shop.AfterSale\n`)
    expect((await webhooksOf(name)).map((webhook) => webhook.name)).toEqual(['one'])
    expect((await apply(fewer, ['--yes', '--prune'])).stdout).toBe(
      'Nothing to do: the service is what the file says.\n',
    )
  })

  test('moves a before command from one webhook to another, and swaps two', async () => {
    const name = newName()
    const pair = (one: readonly string[], two: readonly string[]) =>
      fileWith(name, { name: 'one', url, commands: one }, { name: 'two', url, commands: two })
    const words = async () => (await webhooksOf(name)).map(({ commands }) => commands.toSorted())
    await apply(pair([gift, 'Live.*'], ['Room.*']))
    expect(await apply(pair(['Live.*'], [gift, 'Room.*']))).toMatchObject({ code: 0 })
    expect(await apply(pair([message, 'Live.*'], [gift, 'Room.*']))).toMatchObject({ code: 0 })
    expect(await apply(pair([gift, 'Live.*'], [message, 'Room.*']))).toMatchObject({ code: 0 })
    expect(await words()).toEqual([
      ['Live.*', gift],
      [message, 'Room.*'],
    ])
    const replaced = fileWith(name, { name: 'three', url, commands: [gift, message] })
    expect(await apply(replaced, ['--yes', '--prune'])).toMatchObject({ code: 0 })
    expect(await words()).toEqual([[message, gift].toSorted()])
  })

  test('with --dry-run shows what would change (4) or that nothing would (0), and changes nothing', async () => {
    const name = newName()
    const text = fileWith(name, { name: 'main', url, commands: ['*'] })
    const dry = await livehook(['apply', '-f', await fileOf(text), '--dry-run'])
    expect(dry).toMatchObject({ code: 4 })
    expect(dry.stdout).toContain(`+ app ${name}: webhook main`)
    await expect(appOf(name)).rejects.toThrow('there is no app')
    await apply(text)
    expect(await apply(text, ['--dry-run'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('does nothing where no one can answer and no one said --yes (2)', async () => {
    const name = newName()
    const asked = await apply(fileWith(name, { name: 'main', url, commands: ['*'] }), [])
    expect(asked).toMatchObject({ code: 2 })
    expect(asked.stderr).toContain('Nothing was done yet (2 to create, 0 to change, 0 to delete): add --yes')
    await expect(appOf(name)).rejects.toThrow('there is no app')
  })

  test('prints its plan as JSON, with what is secret left out, and no colour anywhere', async () => {
    const name = newName()
    const webhook = {
      name: 'main',
      url,
      commands: ['*'],
      headers: { authorization: 'Bearer planted-header' },
      tokenFrom: { env: 'TOKEN' },
    }
    const text = fileWith(name, webhook)
    const env = { TOKEN: 'planted-token-1' }
    const planned = await apply(text, ['--yes', '--json'], env)
    expect(JSON.parse(planned.stdout)).toEqual({
      steps: [
        { action: 'create', kind: 'app', app: name, changes: [] },
        {
          action: 'create',
          kind: 'webhook',
          app: name,
          name: 'main',
          changes: [
            { member: 'url', to: url },
            { member: 'commands', to: ['*'] },
            { member: 'headers', to: ['authorization'] },
            { member: 'token', to: 'from the environment variable TOKEN' },
          ],
        },
      ],
      counts: { create: 2, change: 0, delete: 0 },
      kept: [],
      applied: true,
    })
    const again = fileWith(name, { ...webhook, headers: { authorization: 'Bearer planted-other' } })
    const changed = await apply(again, ['--yes'], { TOKEN: 'planted-token-2' })
    expect(changed.stdout).toContain('headers: ["authorization"] → the same names with other values')
    for (const { stdout, stderr } of [planned, changed, await livehook(['export'])]) {
      expect(stdout + stderr).not.toContain('planted-token')
      expect(stdout + stderr).not.toContain('\u001b[')
    }
    expect(changed.stdout + changed.stderr).not.toContain('planted-other')
  })

  test('takes the file from standard input, and JSON as the YAML that it is', async () => {
    const name = newName()
    const input = fileWith(name, { name: 'main', url, commands: ['*'] })
    expect(await livehook(['apply', '-f', '-', '--yes'], { input })).toMatchObject({ code: 0 })
    expect(await webhooksOf(name)).toHaveLength(1)
  })

  test('finds an app by its number if the file says one, and may rename it', async () => {
    const name = newName()
    await apply(fileWith(name))
    const { sdkAppId } = await appOf(name)
    const renamed = newName()
    const text = JSON.stringify({ version: 1, apps: [{ sdkAppId, name: renamed, eventsPerSecond: 50 }] })
    expect((await apply(text)).stdout).toContain(`name: ${name} → ${renamed}`)
    expect(await appOf(renamed)).toMatchObject({ sdkAppId, eventsPerSecond: 50 })
    const stranger = JSON.stringify({ version: 1, apps: [{ sdkAppId: 7, name }] })
    const refused = await apply(stranger)
    expect(refused).toMatchObject({ code: 3 })
    expect(refused.stderr).toContain('the service has no app 7')
  })

  test('says which service it cannot reach (5), and that a key is wrong (3)', async () => {
    const text = fileWith(newName())
    expect(await apply(text, ['--yes'], { LIVEHOOK_URL: 'http://127.0.0.1:9' })).toMatchObject({ code: 5 })
    expect(await apply(text, ['--yes'], { LIVEHOOK_KEY: 'wrong' })).toMatchObject({ code: 3 })
  })
})

describe('the file in docs/configuration-as-code.md', () => {
  test('is one', async () => {
    const page = await readFile(new URL('../../../../docs/configuration-as-code.md', import.meta.url), 'utf8')
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? ''
    const path = await fileOf(example.replace('name: Shop\n', `name: ${newName()}\n`))
    await mkdir(join(folder, 'secrets'))
    await fileOf('audit-token\n', 'secrets/audit-token')
    const planned = await livehook(['apply', '-f', path, '--dry-run', '--json'], { env: { SHOP_TOKEN: 'shop-token' } })
    expect(planned).toMatchObject({ code: 4 })
    expect(JSON.parse(planned.stdout)).toMatchObject({ counts: { create: 4, change: 0, delete: 0 } })
  })
})

describe('a file with something wrong in it', () => {
  const head = 'version: 1\napps:\n  - name: Wrong\n    webhooks:\n      - name: main\n'
  const good = `        url: ${url}\n        commands: ['*']\n`

  test.for([
    ['no YAML', 'version: 1\napps: [', /livehook\.yaml:2:8: /],
    ['no version', 'apps: []', /livehook\.yaml:1:1: the file lacks version\./],
    ['another version', 'version: 2\napps: []', /livehook\.yaml:1:10: version must be 1, not 2\./],
    ['a list', '- version: 1', /livehook\.yaml:1:1: the file must be \{ version, apps \}, not a list\./],
    ['nothing in it', '', /livehook\.yaml:1:1: the file must be \{ version, apps \}, not null\./],
    [
      'a misspelt member',
      `${head}${good}        timeoutMS: 5\n`,
      /:8:9: there is no member "timeoutMS"\. Did you mean timeoutMs\?/,
    ],
    [
      'a number that is too small',
      `${head}${good}        timeoutMs: 5\n`,
      /:8:20: timeoutMs must be a whole number from 100 to 30000\./,
    ],
    [
      'a text for a number',
      `${head}${good}        timeoutMs: fast\n`,
      /:8:20: timeoutMs must be a whole number from 100 to 30000, not text\./,
    ],
    ['no URL', `${head}        commands: ['*']\n`, /:5:9: an entry of webhooks lacks url\./],
    [
      'another kind of trial',
      `${head}${good}        trial: { kind: shade, url: x }\n`,
      /:8:24: kind of trial must be "shadow" or "share"/,
    ],
    [
      'a share of 500',
      `${head}${good}        trial: { kind: share, url: x, percent: 500 }\n`,
      /:8:48: percent must be a number from 0 to 100\./,
    ],
    [
      'a failure class that there is not',
      `${head}${good}        failurePolicy: { '*': { timeouts: deny } }\n`,
      /:8:33: there is no member "timeouts"\. Did you mean timeout\?/,
    ],
    ['a member twice', `${head}${good}        url: ${url}\n`, /:8:9: Map keys must be unique/],
    ['a webhook twice', `${head}${good}      - name: main\n${good}`, /:8:9: the webhook "main" stands here twice\./],
    [
      'a command that there is not',
      `${head}        url: ${url}\n        commands: [Live.*, Live.CallbackAfterCreateRoon]\n`,
      /:7:28: there is no command "Live\.CallbackAfterCreateRoon"\. Did you mean Live\.CallbackAfterCreateRoom\?/,
    ],
    [
      'a family that there is not',
      `${head}        url: ${url}\n        commands: [Life.*]\n`,
      /:7:20: there is no command "Life\.\*"\. Did you mean Live\.\*\?/,
    ],
    [
      'a policy for a command that there is not',
      `${head}${good}        failurePolicy: { ${gift}s: { timeout: deny } }\n`,
      /:8:\d+: there is no command/,
    ],
    [
      'a token that is not set',
      `${head}${good}        tokenFrom: { env: NOT_THERE }\n`,
      /:8:20: the environment variable NOT_THERE is not set\./,
    ],
    [
      'a token in a file that is not there',
      `${head}${good}        tokenFrom: { file: nowhere.txt }\n`,
      /:8:20: nowhere\.txt cannot be read/,
    ],
    [
      'aliases without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from('bcdefgh')
        .map((each, at) => `${each}: &${each} [${Array.from({ length: 9 }, () => `*${'abcdefg'[at]}`).join()}]\n`)
        .join('')}`,
      /livehook\.yaml: /,
    ],
  ] as const)('(%s) is refused with its place and changes nothing (3)', async ([, text, problem]) => {
    const refused = await apply(text)
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toMatch(problem)
    await expect(appOf('Wrong')).rejects.toThrow('there is no app')
  })

  test('tells every problem at once', async () => {
    const refused = await apply(`${head}        url: 5\n        commands: []\n        pause: true\n`)
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(3)
  })

  test('with a token in it instead of a reference does not have it repeated', async () => {
    const refused = await apply(`${head}${good}        tokenFrom: planted-token\n`)
    expect(refused).toMatchObject({ code: 3 })
    expect(refused.stderr).toContain(':8:20: tokenFrom must be { env } or { file } or null, not text.')
    expect(refused.stderr + refused.stdout).not.toContain('planted-token')
  })

  test('with a URL that the service refuses is refused before anything is changed', async () => {
    const name = newName()
    await apply(fileWith(name))
    const refused = await apply(
      `version: 1\napps:\n  - name: ${name}\n    webhooks:\n      - { name: good, url: "${url}", commands: ["*"] }\n      - name: bad\n        url: http://10.0.0.1/hook\n        commands: ['*']\n`,
    )
    expect(refused).toMatchObject({ code: 3 })
    expect(refused.stderr).toMatch(/livehook\.yaml:7:14: /)
    expect(await webhooksOf(name)).toEqual([])
  })

  test('that the service refuses for a new app says at which step; the steps before stand, and the next apply goes on', async () => {
    const name = newName()
    const refused = await apply(fileWith(name, { name: 'main', url: 'http://10.0.0.1/hook', commands: ['*'] }))
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain(`done: app ${name}\nlivehook: app ${name}: webhook main: `)
    expect(refused.stderr).toContain('(webhook_url_refused)')
    const mended = await apply(fileWith(name, { name: 'main', url, commands: ['*'] }))
    expect(mended.stdout).toContain('1 to create, 0 to change, 0 to delete.')
    expect(await webhooksOf(name)).toHaveLength(1)
  })

  test('cannot name one of two webhooks, or of two apps, that have the same name', async () => {
    const name = newName()
    await apply(fileWith(name, { name: 'main', url, commands: ['*'] }))
    const { sdkAppId } = await appOf(name)
    const client = createApiClient({ url: service.url, key })
    await client.post(`/v1/apps/${sdkAppId}/webhooks`, { name: 'main', url, commands: ['*'] })
    const webhooks = await apply(fileWith(name, { name: 'main', url, commands: ['*'] }))
    expect(webhooks).toMatchObject({ code: 3 })
    expect(webhooks.stderr).toContain('are both called main')
    expect(await livehook(['export', '--app', String(sdkAppId)])).toMatchObject({ code: 3 })

    const twin = await client.post<App>('/v1/apps', { name })
    const apps = await apply(fileWith(name))
    expect(apps).toMatchObject({ code: 3 })
    expect(apps.stderr).toContain(`is the name of the apps ${sdkAppId} and ${twin.sdkAppId}; say which with sdkAppId.`)
    const exported = await livehook(['export', '--app', String(twin.sdkAppId)])
    expect(exported.stdout).toContain(`sdkAppId: ${twin.sdkAppId}`)
  })
})

describe('livehook export', () => {
  test('writes a file from which another service becomes the same, and that says the same again', async () => {
    const name = newName()
    const other = newName()
    const webhook = {
      name: 'main',
      url: `${url}?shop=1`,
      commands: ['Live.*', gift, 'Shop.CallbackBeforeOrder'],
      spelling: 'callback',
      contentType: false,
      enabled: false,
      paused: true,
      timeoutMs: 1234,
      maxInFlight: 3,
      ratePerSecond: 0,
      retry: [1, 2, 3],
      headers: { 'x-team': 'live: "yes"', 'x-other': '#1' },
      keepBodies: 'failed',
      askDeadlineMs: 500,
      failurePolicy: { '*': { '*': 'deny' }, [gift]: { timeout: 'allow' } },
      trial: { kind: 'share', url: `${url}2`, percent: 2.5 },
    }
    const command = {
      command: 'Shop.CallbackBeforeOrder',
      phase: 'before',
      trigger: 'An order: before it is taken.\nTwo lines.',
      schema: { type: 'object', properties: { OrderId: { type: 'string', maxLength: 32 } } },
      sample: { OrderId: 'o1' },
      reply: { codes: [{ codes: '0', verdict: 'allow' }], otherCodes: 'deny', silence: 'allow' },
    }
    const settings = { adminIdentifiers: ['robot'], setCallbackOverwrites: true, asksPerSecond: 5 }
    const apps = [
      { name, ...settings, commands: [command], webhooks: [webhook, { name: 'second', url, commands: ['*'] }] },
      { name: other, webhooks: [{ name: 'main', url, commands: [message], retry: 'none', trial: null }] },
    ]
    expect(await apply(JSON.stringify({ version: 1, apps }))).toMatchObject({ code: 0 })
    const ids = [await appOf(name), await appOf(other)].flatMap(({ sdkAppId }) => ['--app', String(sdkAppId)])
    const first = await livehook(['export', ...ids])
    expect(first).toMatchObject({ code: 0, stderr: '' })

    const elsewhere = await openService()
    stops.push(() => elsewhere.close())
    const env = { LIVEHOOK_URL: elsewhere.url }
    expect(await apply(first.stdout, ['--yes'], env)).toMatchObject({ code: 0 })
    expect((await livehook(['export'], { env })).stdout).toBe(first.stdout)
    expect((await apply(first.stdout, ['--yes', '--prune'], env)).stdout).toContain('Nothing to do')
    expect((await apply(first.stdout)).stdout).toContain('Nothing to do')
    const asJson = await livehook(['export', '--json'], { env })
    expect((await apply(asJson.stdout)).stdout).toContain('Nothing to do')
  })

  test('writes no token, and says on standard error that there is one', async () => {
    const name = newName()
    const text = fileWith(name, { name: 'main', url, commands: ['*'], tokenFrom: { env: 'TOKEN' } })
    await apply(text, ['--yes'], { TOKEN: 'planted-token' })
    const exported = await livehook(['export', '--app', String((await appOf(name)).sdkAppId)])
    expect(exported.stdout).not.toContain('oken')
    expect(exported.stderr).toBe(
      `livehook: webhook main of app ${name} has a token, which is not exported: name it with tokenFrom.\n`,
    )
    // What is exported leaves the token as it is.
    expect((await apply(exported.stdout)).stdout).toContain('Nothing to do')
    expect((await webhooksOf(name))[0]?.tokenSet).toBe(true)
  })

  test('writes nothing with a key that may not see the headers of webhooks (3)', async () => {
    const name = newName()
    await apply(fileWith(name, { name: 'main', url, commands: ['*'], headers: { 'x-team': 'live' } }))
    const { sdkAppId } = await appOf(name)
    const reader = await createApiClient({ url: service.url, key }).post<CreatedKey>('/v1/keys', {
      name: 'reader',
      role: 'read',
      sdkAppId,
    })
    const refused = await livehook(['export'], { env: { LIVEHOOK_KEY: reader.key } })
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toContain('role operator or admin')
  })

  test('says so if there is no such app (2)', async () => {
    expect(await livehook(['export', '--app', '7'])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('livehook apply in a terminal', () => {
  test('shows the plan in colour and asks; yes does it, anything else does not', async () => {
    const name = newName()
    const path = await fileOf(fileWith(name, { name: 'main', url, commands: ['*'] }))
    const env = { LIVEHOOK_URL: service.url, LIVEHOOK_KEY: key }
    const answer = async (word: string) => {
      const running = startCliInTerminal(['apply', '-f', path], { env })
      await running.until(/Apply this\? \[y\/N\]/)
      running.child.stdin.write(`${word}\r`)
      return running.ended
    }
    const refused = await answer('n')
    expect(refused.code).toBe(0)
    expect(refused.stdout).toContain(`\u001b[32m+ app ${name}: webhook main\u001b[39m`)
    await expect(appOf(name)).rejects.toThrow('there is no app')
    // Ctrl-C and the end of the input are a no.
    for (const word of ['\u0003', '\u0004']) {
      await answer(word)
      await expect(appOf(name)).rejects.toThrow('there is no app')
    }
    expect((await answer('y')).code).toBe(0)
    expect(await webhooksOf(name)).toHaveLength(1)
  })
})
