import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { issueCertificate } from '../egress/certificates.ts'
import { startCli } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestService } from '../support/service.ts'
import { openService } from '../support/service.ts'

const token = 'planted-token-7f3a9c51e2'
const credential = 'planted-credential-2b6d'
const oldKey = 'the-old-secret-key-of-the-tests-00000000'
const newKey = 'the-new-secret-key-of-the-tests-11111111'
const command = 'Live.CallbackAfterCreateRoom'

let folder: string
let open: TestService | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-secrets-'))
})
afterEach(async () => {
  await open?.service.stop().catch(() => undefined)
  open = undefined
  await rm(folder, { recursive: true, force: true })
})

async function start(secretKeys: string): Promise<TestService> {
  open = await openService({ folder, flags: { secretKeys } })
  return open
}

async function stop(): Promise<void> {
  await open?.service.stop()
  open = undefined
}

interface Planted {
  readonly sdkAppId: number
  readonly webhookId: string
  readonly secretKey: string
  readonly privateKey: string
}

/** An app with its secret key, a token and a client certificate. */
async function plant(service: TestService, url = 'https://hooks.example.com/'): Promise<Planted> {
  const { sdkAppId, secretKey } = await service.createApp()
  const { certificatePem: certificate, privateKeyPem: privateKey } = issueCertificate({ name: 'us' })
  const tls = { certificate, privateKey }
  const headers = { 'X-Api-Key': credential }
  const { webhookId } = await service.createWebhook(sdkAppId, { url, commands: [command], tls, headers }, token)
  return { sdkAppId, webhookId, secretKey, privateKey }
}

/** Everything that is on the disk, in one text. */
async function disk(): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names
    .filter((name) => name.isFile())
    .map((name) => readFile(join(name.parentPath, name.name), 'latin1'))
  return (await Promise.all(files)).join('\n')
}

const secretsOf = ({ secretKey, privateKey }: Planted): readonly string[] => [
  token,
  credential,
  secretKey,
  privateKey.split('\n')[1] ?? '',
]

describe('with LIVEHOOK_SECRET_KEY', () => {
  test('no token, secret key or private key is on the disk in the clear (I9), and all of them work', async () => {
    const receiver = await openReceiver()
    try {
      const service = await start(newKey)
      const planted = await plant(service)
      const { sdkAppId, webhookId } = planted
      await service.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { url: receiver.url })
      const { deliveries } = await service.postEvent(sdkAppId, command, '{}')
      await service.untilState(deliveries[0] ?? '', 'succeeded')
      expect(receiver.requests[0]?.headers['x-api-key']).toBe(credential)
      expect(receiver.requests[0]?.query.get('Sign')).toMatch(/^[0-9a-f]{64}$|^[0-9a-f]{32}$/)
      for (const secret of secretsOf(planted)) expect(await disk()).not.toContain(secret)
      await stop()
      for (const secret of secretsOf(planted)) expect(await disk()).not.toContain(secret)
      const again = await start(newKey)
      const shown = await again.call('GET', `/v1/apps/${sdkAppId}/webhooks/${webhookId}/token?reveal=true`)
      expect(shown.body).toMatchObject({ tokenSet: true, token })
    } finally {
      await receiver.close()
    }
  })

  test('a start takes what is in the clear under the key, and nothing of it stays behind', async () => {
    const planted = await plant(await start(''))
    await stop()
    for (const secret of secretsOf(planted)) expect(await disk()).toContain(secret)
    await start(newKey)
    await stop()
    for (const secret of secretsOf(planted)) expect(await disk()).not.toContain(secret)
  })

  test('a key is changed by setting the new one before it; then the old one is needed no more', async () => {
    const { sdkAppId, webhookId } = await plant(await start(oldKey))
    await stop()
    await start(`${newKey},${oldKey}`)
    await stop()
    const service = await start(newKey)
    const shown = await service.call('GET', `/v1/apps/${sdkAppId}/webhooks/${webhookId}/token?reveal=true`)
    expect(shown.body['token']).toBe(token)
  })

  test('the time of a webhook’s last change stays what it was when its secrets are written again', async () => {
    const service = await start('')
    const { sdkAppId, webhookId } = await plant(service)
    const path = `/v1/apps/${sdkAppId}/webhooks/${webhookId}`
    const { body: before } = await service.call('GET', path)
    await stop()
    const { body: after } = await (await start(newKey)).call('GET', path)
    expect(after).toEqual(before)
  })

  test.each([
    ['a wrong key', newKey],
    ['no key', ''],
  ])('%s stops the start with a sentence that names the setting, and changes nothing', async (_what, key) => {
    const { sdkAppId, webhookId } = await plant(await start(oldKey))
    await stop()
    await expect(start(key)).rejects.toThrow(/LIVEHOOK_SECRET_KEY/)
    const service = await start(oldKey)
    const shown = await service.call('GET', `/v1/apps/${sdkAppId}/webhooks/${webhookId}/token?reveal=true`)
    expect(shown.body['token']).toBe(token)
  })
})

test('a token that was taken away is gone from the disk', async () => {
  const service = await start('')
  const { sdkAppId, webhookId } = await plant(service)
  await service.call('DELETE', `/v1/apps/${sdkAppId}/webhooks/${webhookId}/token`)
  await stop()
  expect(await disk()).not.toContain(token)
})

test('the program ends with the code of a wrong configuration where the key is wrong, and shows no key', async () => {
  await plant(await start(oldKey))
  await stop()
  const env = {
    LIVEHOOK_PORT: '0',
    LIVEHOOK_STORE: `sqlite:${join(folder, 'livehook.db')}`,
    LIVEHOOK_SECRET_KEY: newKey,
  }
  const { code, stdout, stderr } = await startCli(['serve'], { env }).ended
  expect(code).toBe(3)
  expect(stderr).toMatch(/LIVEHOOK_SECRET_KEY: .*LIVEHOOK_SECRET_KEY=new,old/)
  expect(stdout + stderr).not.toContain(newKey)
})
