// A webhook with authorities and a client certificate of its own, against a real receiver behind TLS.

import { createServer } from 'node:https'
import type { Server } from 'node:https'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Probe, Webhook } from '../../src/http/contract/contract.ts'
import { issueCertificate } from '../egress/certificates.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

const authority = issueCertificate({ name: 'Private Root', isAuthority: true })
const served = issueCertificate({ name: 'receiver', dnsNames: ['localhost'], issuer: authority })
const client = issueCertificate({ name: 'livehook of the platform', issuer: authority })
const stranger = issueCertificate({ name: 'someone else' })

let service: TestService
let receiver: Server
let url: string
/** Whom the receiver saw, one entry per request: the common name of the client's certificate. */
const seen: (string | undefined)[] = []

beforeAll(async () => {
  service = await openService()
  receiver = createServer(
    {
      key: served.privateKeyPem,
      cert: served.certificatePem,
      ca: authority.certificatePem,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      const { socket } = request
      seen.push(socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject?.CN) : undefined)
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"ErrorCode":0}')
      })
    },
  )
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready))
  const address = receiver.address()
  url = `https://localhost:${typeof address === 'object' ? address?.port : 0}/hook`
})

afterAll(async () => {
  await service.close()
  receiver.closeAllConnections()
  await new Promise((closed) => receiver.close(closed))
})

const ownTls = {
  ca: authority.certificatePem,
  certificate: client.certificatePem,
  privateKey: client.privateKeyPem,
}

/** The only webhook of an app of its own. */
async function register(tls: object | undefined): Promise<Webhook> {
  const { sdkAppId } = await service.createApp()
  const commands = ['*', 'Live.CallbackBeforeSendGift']
  return service.createWebhook(sdkAppId, { url, commands, retry: 'none', ...(tls === undefined ? {} : { tls }) })
}

async function deliverTo({ sdkAppId }: Webhook) {
  const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
  return service.untilState(deliveries[0] ?? '', 'succeeded', 'dead')
}

const pathOf = ({ sdkAppId, webhookId }: Webhook): string => `/v1/apps/${sdkAppId}/webhooks/${webhookId}`

describe('a receiver with a certificate of a private authority', () => {
  test('is not trusted by a webhook that does not name the authority', async () => {
    const delivery = await deliverTo(await register(undefined))
    expect(delivery.state).toBe('dead')
    expect(delivery.attempts[0]).toMatchObject({ symptom: 'https_certificate_error' })
  })

  test('is called if the webhook names the authority and shows its certificate', async () => {
    seen.length = 0
    const delivery = await deliverTo(await register(ownTls))
    expect(delivery.state).toBe('succeeded')
    expect(seen).toEqual(['livehook of the platform'])
  })

  test('says that it wants a certificate if the webhook has none', async () => {
    const delivery = await deliverTo(await register({ ca: authority.certificatePem }))
    expect(delivery.state).toBe('dead')
    expect(delivery.attempts[0]).toMatchObject({
      symptom: 'https_mutual_authentication_error',
      detail: 'tls_client_cert',
    })
  })

  test('is asked and probed with the same certificate', async () => {
    const webhook = await register(ownTls)
    seen.length = 0
    const asked = await service.call(
      'POST',
      `/v1/apps/${webhook.sdkAppId}/asks?command=Live.CallbackBeforeSendGift`,
      '{}',
    )
    expect(asked.body).toMatchObject({ verdict: 'allow', decidedBy: 'app' })
    const { body } = await service.call('POST', `${pathOf(webhook)}/probe`)
    const { stages } = body as unknown as Probe
    expect(stages.find(({ stage }) => stage === 'tls')).toMatchObject({ result: 'passed' })
    expect(new Set(seen)).toEqual(new Set(['livehook of the platform']))
  })

  test('is called so after a restart too', async () => {
    const webhook = await register(ownTls)
    service = await service.restart()
    seen.length = 0
    const delivery = await deliverTo(webhook)
    expect(delivery.state).toBe('succeeded')
    expect(seen).toEqual(['livehook of the platform'])
  })

  test('is called as another as soon as the webhook changed', async () => {
    const webhook = await register(ownTls)
    await deliverTo(webhook)
    seen.length = 0
    const next = issueCertificate({ name: 'renewed', issuer: authority })
    await service.call('PATCH', pathOf(webhook), {
      tls: { ...ownTls, certificate: next.certificatePem, privateKey: next.privateKeyPem },
    })
    expect((await deliverTo(webhook)).state).toBe('succeeded')
    expect(seen).toEqual(['renewed'])
  })
})

describe('the API', () => {
  test('shows authorities and certificate, and when it ends; never the private key (I9)', async () => {
    const webhook = await register(ownTls)
    expect(webhook.tls).toEqual({
      ca: ownTls.ca,
      certificate: ownTls.certificate,
      certificateEndsAt: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    const { text } = await service.call('GET', pathOf(webhook))
    expect(text).not.toContain('PRIVATE KEY')
  })

  test('keeps the key of a certificate that comes back as it was read, and takes all of it away with null', async () => {
    const webhook = await register(ownTls)
    const { webhookId } = webhook
    const path = pathOf(webhook)
    await service.call('PATCH', path, { tls: { ca: null, certificate: ownTls.certificate } })
    expect(service.service.webhooks.get(webhookId)?.tls).toEqual({ ...ownTls, ca: null })
    const { body } = await service.call('PATCH', path, { tls: null })
    expect(body['tls']).toBeNull()
    expect(service.service.webhooks.get(webhookId)?.tls).toBeNull()
  })

  test.each([
    ['text that is no PEM', { ca: 'hello' }, '/tls/ca'],
    ['a broken certificate', { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }, '/tls/ca'],
    ['nothing at all', {}, '/tls/ca'],
    ['a certificate without its key', { certificate: client.certificatePem }, '/tls/privateKey'],
    ['a key without its certificate', { privateKey: client.privateKeyPem }, '/tls/certificate'],
    ['a key of another', { ...ownTls, privateKey: stranger.privateKeyPem }, '/tls/privateKey'],
    ['a key that is none', { ...ownTls, privateKey: 'secret-text' }, '/tls/privateKey'],
    [
      'a key that is too short',
      (({ certificatePem, privateKeyPem }) => ({ certificate: certificatePem, privateKey: privateKeyPem }))(
        issueCertificate({ name: 'short', rsaBits: 1024 }),
      ),
      '/tls/certificate',
    ],
  ])('refuses %s and says which member is wrong', async (_what, tls, pointer) => {
    const { sdkAppId } = await service.createApp()
    const refused = await service.call('POST', `/v1/apps/${sdkAppId}/webhooks`, { url, commands: ['*'], tls })
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({ code: 'invalid_tls', errors: [{ pointer }] })
    expect(refused.text).not.toContain('secret-text')
  })
})
