import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rights } from '../../src/http/gates/rights.ts'
import { issueCertificate } from '../egress/certificates.ts'
import type { RunningCli } from '../support/cli.ts'
import { startCli } from '../support/cli.ts'
import { createPlatformClient, userSig } from '../support/platform-client.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'

// One run of the real program at its most talkative, with everything that can be secret planted where it belongs and where it
// does not, and failures of every kind on the way. Afterwards nothing that the program said or kept may have any of it (I9).

const after = 'Live.CallbackAfterCreateRoom'
const before = 'Live.CallbackBeforeSendGift'

const planted = {
  adminKey: 'planted-admin-key-4c1f0a9e7b',
  secretKey: 'planted-secret-key-of-the-store-91d27f66aa',
  token: 'planted-token-b5e2d8c4a1',
  badToken: 'planted-bad-token-00f1e2d3\n',
  header: 'planted-header-77aa88bb99',
  proxyPassword: 'planted-proxy-password-5d5d',
  wrongKey: 'planted-wrong-key-c0ffee1234',
} as const

let folder: string
let receiver: TestReceiver
let failing: TestReceiver
let cli: RunningCli
let url: string

/** Everything that was answered, with where it came from. */
const said: { readonly where: string; readonly text: string }[] = []
/** Secrets that came to be on the way. */
const made: Record<string, string> = {}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-planted-'))
  receiver = await openReceiver()
  failing = await openReceiver((_request, response) => response.writeHead(500).end('no'))
  cli = startCli(['serve'], { env: environment() })
  url = (await cli.until(/livehook ready on (\S+)/))[1] ?? ''
  await run()
  cli.child.kill('SIGTERM')
  const { code, stdout, stderr } = await cli.ended
  if (code !== 0) throw new Error(`the service ended with ${code}: ${stderr}`)
  said.push({ where: 'stdout', text: stdout }, { where: 'stderr', text: stderr })
}, 60_000)

afterAll(async () => {
  cli.child.kill('SIGKILL')
  await receiver.close()
  await failing.close()
  await rm(folder, { recursive: true, force: true })
})

function environment(): Record<string, string> {
  return {
    LIVEHOOK_PORT: '0',
    LIVEHOOK_STORE: `sqlite:${join(folder, 'livehook.db')}`,
    LIVEHOOK_ADMIN_KEY: planted.adminKey,
    LIVEHOOK_SECRET_KEY: planted.secretKey,
    LIVEHOOK_EGRESS_ALLOW: '127.0.0.0/8',
    LIVEHOOK_EGRESS_PROXY: `http://user:${planted.proxyPassword}@127.0.0.1:1`,
    LIVEHOOK_LOG_LEVEL: 'trace',
  }
}

interface Called {
  readonly body: Record<string, unknown>
  readonly text: string
}

/** Calls the API and writes down what came back. */
async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Called> {
  const called = await callUnheard(method, path, body, headers)
  said.push({ where: `${method} ${path}`, text: called.text })
  return called
}

/** The same for the few answers that are there to show a secret. */
async function callUnheard(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Called> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${planted.adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text.startsWith('{')
  return { body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {}, text: `${head}\n\n${text}` }
}

async function run(): Promise<void> {
  const app = await callUnheard('POST', '/v1/apps', { name: 'planted' })
  const sdkAppId = Number(app.body['sdkAppId'])
  made['secret key of the app'] = String(app.body['secretKey'])
  const key = await callUnheard('POST', '/v1/keys', { name: 'operator', role: 'operator', sdkAppId })
  made['key'] = String(key.body['key'])
  await registrations(sdkAppId)
  await traffic(sdkAppId)
  await mistakes(sdkAppId)
  await configurationCalls(sdkAppId)
  await session()
  await reading(sdkAppId)
  await commandLine(sdkAppId)
}

/** Of things that came to be, by the name of their parameter. */
const ids: Record<string, string[]> = {}

function note(name: string, id: unknown): void {
  ids[name] = [...(ids[name] ?? []), String(id)]
}

function pathOf(route: string, known: Readonly<Record<string, string | number | undefined>>): string {
  const fill = (_match: string, name: string): string => String(known[name] ?? ids[name]?.[0] ?? after)
  return route.replace('GET ', '').replaceAll(/:(\w+)/g, fill)
}

async function registrations(sdkAppId: number): Promise<void> {
  const { certificatePem: certificate, privateKeyPem: privateKey } = issueCertificate({ name: 'us' })
  made['private key'] = privateKey.split('\n')[1] ?? ''
  const headers = { 'X-Api-Key': planted.header }
  for (const webhook of [
    { name: 'good', url: receiver.url, commands: [after, before], tls: { certificate, privateKey } },
    { name: 'bad', url: failing.url, commands: [after], retry: 'none', headers },
  ]) {
    const { body } = await callUnheard('POST', `/v1/apps/${sdkAppId}/webhooks`, webhook)
    const path = `/v1/apps/${sdkAppId}/webhooks/${String(body['webhookId'])}`
    note('webhookId', body['webhookId'])
    await callUnheard('PUT', `${path}/token`, { token: planted.token })
    await callUnheard('GET', `${path}/token?reveal=true`)
    await call('GET', `${path}/token`)
    await call('POST', `${path}/probe`)
  }
}

async function traffic(sdkAppId: number): Promise<void> {
  const events = await call('POST', `/v1/apps/${sdkAppId}/events?command=${after}`, '{}')
  note('eventId', events.body['eventId'])
  for (const deliveryId of events.body['deliveries'] as string[]) {
    note('deliveryId', deliveryId)
    let state: unknown
    while (state !== 'succeeded' && state !== 'dead') {
      const { body } = await callUnheard('GET', `/v1/deliveries/${deliveryId}`)
      state = body['state']
    }
    await call('GET', `/v1/deliveries/${deliveryId}`)
    await call('POST', `/v1/deliveries/${deliveryId}/redeliver`)
  }
  const { body } = await call('POST', `/v1/apps/${sdkAppId}/asks?command=${before}`, '{}')
  note('decisionId', body['decisionId'])
  const job = await call('POST', `/v1/apps/${sdkAppId}/redeliveries`, { filter: {} })
  note('jobId', job.body['jobId'])
}

/** Secrets if they do not belong: what is refused must not be repeated. */
async function mistakes(sdkAppId: number): Promise<void> {
  const { adminKey, badToken, token, wrongKey } = planted
  const webhook = `/v1/apps/${sdkAppId}/webhooks/${ids['webhookId']?.[0]}`
  await call('GET', `/v1/apps?key=${adminKey}`)
  await call('GET', `/v1/${adminKey}`)
  await call('GET', '/v1/apps', undefined, { authorization: `Bearer ${wrongKey}` })
  await call('GET', '/v1/apps', undefined, { authorization: `Basic ${wrongKey}` })
  await call('GET', '/v1/apps', undefined, { authorization: '', cookie: `__Host-livehook=${wrongKey}` })
  await call('PUT', `${webhook}/token`, { token: badToken })
  await call('PUT', `${webhook}/token`, { token: `${token}${'x'.repeat(200)}` })
  await call('PUT', `${webhook}/token`, `{"token":"${token}"`)
  await call('PUT', `${webhook}/token`, { token: [token] })
  await call('POST', `/v1/apps/${sdkAppId}/events?command=${after}`, '{}', {
    'idempotency-key': `${adminKey} ${token}`,
  })
  const proxied = { url: `http://user:${planted.proxyPassword}@127.0.0.1/`, commands: [after] }
  await call('POST', `/v1/apps/${sdkAppId}/webhooks`, proxied)
}

async function configurationCalls(sdkAppId: number): Promise<void> {
  const secretKey = made['secret key of the app'] ?? ''
  const client = createPlatformClient({ url, sdkAppId, secretKey })
  const hear = async (name: string, body: unknown, parameters: Record<string, string>): Promise<void> => {
    const { text } = await client.call(name, body, parameters)
    said.push({ where: `/v4/${name}`, text })
  }
  const good = userSig({ sdkAppId, secretKey, identifier: 'administrator' })
  const expired = userSig({ sdkAppId, secretKey, identifier: 'administrator' }, -1)
  const other = userSig({ sdkAppId, secretKey: 'of-another-app', identifier: 'administrator' })
  for (const [name, sig] of Object.entries({ good, expired, other })) made[`UserSig (${name})`] = sig
  await hear('live_config/get_callback', {}, { usersig: good })
  await hear('live_config/get_callback', {}, { usersig: expired })
  await hear('live_config/get_callback', {}, { usersig: other })
  await hear('live_config/get_callback', {}, { usersig: good, identifier: 'someone' })
  await hear('live_config/no_such_call', {}, { usersig: good })
  await hear('live_config/set_callback', '{"Url":', { usersig: good })
  await hear('live_config/set_callback', { Url: receiver.url, CallbackCommandList: [after] }, { usersig: good })
  await hear('live_config/set_callback_token', { Token: planted.token, IsTokenEnable: true }, { usersig: good })
}

async function session(): Promise<void> {
  const headers = { origin: url }
  await call('POST', '/v1/session', { key: planted.wrongKey }, headers)
  await call('POST', '/v1/session', { code: planted.wrongKey }, headers)
  const signedIn = await callUnheard('POST', '/v1/session', { key: made['key'] }, headers)
  const cookie = /set-cookie: ([^;]+)/.exec(signedIn.text)?.[1] ?? ''
  made['cookie'] = cookie.split('=')[1] ?? ''
  await call('GET', '/v1/session', undefined, { cookie, authorization: '' })
  await call('GET', '/v1/apps', undefined, { cookie, origin: 'https://evil.test' })
}

/** As someone who may see everything that is no secret. */
async function reading(sdkAppId: number): Promise<void> {
  const reader = await callUnheard('POST', '/v1/keys', { name: 'reader', role: 'read', sdkAppId })
  made['key of the reader'] = String(reader.body['key'])
  const asReader = { authorization: `Bearer ${made['key of the reader']}` }
  const shown = Object.entries(rights).filter(
    ([route, right]) =>
      route.startsWith('GET ') && (right === 'read' || right === 'public') && route !== 'GET /v1/stream',
  )
  for (const webhookId of ids['webhookId'] ?? []) {
    for (const [route] of shown) await call('GET', pathOf(route, { sdkAppId, webhookId }), undefined, asReader)
  }
  for (const path of ['/metrics', '/openapi.json', '/']) await call('GET', path, undefined, asReader)
  for (const path of ['/v1/keys', '/v1/audit?limit=200']) await call('GET', path)
}

async function commandLine(sdkAppId: number): Promise<void> {
  const tokenFile = join(folder, 'token.txt')
  await writeFile(tokenFile, `${planted.token}\n`)
  const env = { LIVEHOOK_URL: url, LIVEHOOK_KEY: planted.adminKey }
  for (const args of [
    ['deliveries', 'ls', '--app', String(sdkAppId), '--json'],
    ['doctor', failing.url, '--token-file', tokenFile, '--json'],
    ['doctor', failing.url, '--token-file', tokenFile],
    ['config', 'show', '--origin'],
  ]) {
    const { stdout, stderr } = await startCli(args, { env: args[0] === 'config' ? environment() : env }).ended
    said.push({ where: `livehook ${args.join(' ')}`, text: `${stdout}\n${stderr}` })
  }
  await rm(tokenFile)
}

async function disk(): Promise<{ where: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => ({ where: name, text: await readFile(join(parentPath, name), 'latin1') })),
  )
}

/** Where a secret turned up, for a failure that can be read. */
function leaksOf(
  secret: string,
  places: readonly { readonly where: string; readonly text: string }[],
): readonly string[] {
  expect(secret.length).toBeGreaterThan(15)
  return places
    .filter(({ text }) => text.includes(secret) || text.includes(encodeURIComponent(secret)))
    .map(({ where }) => where)
}

describe('of a whole run', () => {
  test('there is something to look through', () => {
    const places = said.map(({ where }) => where)
    expect(places.length).toBeGreaterThan(50)
    expect(said.find(({ where }) => where === 'stderr')?.text).toContain('a sign-in was refused')
    expect(receiver.requests.length).toBeGreaterThan(2)
    expect(failing.requests.length).toBeGreaterThan(2)
  })

  test.each(Object.entries(planted))('no answer, log or output has the %s (I9)', (_name, secret) => {
    expect(leaksOf(secret.trim(), said)).toEqual([])
  })

  test('no answer, log or output has what was made on the way (I9)', () => {
    const names = Object.keys(made)
    expect(names).toHaveLength(8)
    expect(names.flatMap((name) => leaksOf(made[name] ?? '', said).map((where) => `${name}: ${where}`))).toEqual([])
  })

  test('no answer, log or output has a Sign that went to a receiver, nor its webhook-signature (I9)', () => {
    const requests = [...receiver.requests, ...failing.requests]
    const signs = requests.map(({ query }) => query.get('Sign') ?? '').filter((sign) => sign !== '')
    const signatures = requests.flatMap(({ headers }) => headers['webhook-signature'] ?? [])
    expect(signs.length).toBeGreaterThan(3)
    expect(signatures.length).toBeGreaterThan(3)
    expect([...signs, ...signatures].flatMap((secret) => leaksOf(secret, said))).toEqual([])
  })

  test('the disk has no token and no key in the clear (I9)', async () => {
    const { token, adminKey, secretKey, wrongKey, header } = planted
    const { cookie, key, 'private key': privateKey, 'secret key of the app': appKey } = made
    const files = await disk()
    expect(files.length).toBeGreaterThan(0)
    for (const secret of [token, adminKey, secretKey, wrongKey, header, cookie, key, privateKey, appKey]) {
      expect(leaksOf(secret ?? '', files)).toEqual([])
    }
  })
})
