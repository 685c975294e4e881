import { once } from 'node:events'
import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Issued } from '../egress/certificates.ts'
import { issueCertificate } from '../egress/certificates.ts'
import { startCli } from '../support/cli.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'

let folder: string
let service: TestService | undefined
const authority = issueCertificate({ name: 'authority', isAuthority: true })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-https-'))
})
afterEach(async () => {
  await service?.close()
  service = undefined
  await rm(folder, { recursive: true, force: true })
})

const issue = (name: string): Issued => issueCertificate({ name, issuer: authority, dnsNames: ['localhost'] })

const cert = (): string => join(folder, 'cert.pem')
const key = (): string => join(folder, 'key.pem')

async function write(certificate: string, privateKey: string): Promise<void> {
  await writeFile(cert(), certificate)
  await writeFile(key(), privateKey)
}

async function open(): Promise<TestService> {
  service = await openService({ flags: { tlsCert: cert(), tlsKey: key() } })
  return service
}

/** The name on the certificate that a new connection gets. */
async function shownName(url: string): Promise<string> {
  const socket: TLSSocket = connect({
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    ca: authority.certificatePem,
    servername: 'localhost',
  })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return String(subject.CN)
}

/** Asks for a certificate until it is the wanted one: there is no other sign that the file was seen. */
async function untilShown(url: string, name: string): Promise<void> {
  while ((await shownName(url)) !== name) await new Promise((resolve) => setImmediate(resolve))
}

async function get(url: string, path: string, agent?: Agent): Promise<{ status: number; text: string }> {
  const request = httpsRequest(`${url}${path}`, {
    headers: { authorization: `Bearer ${adminKey}` },
    ca: authority.certificatePem,
    servername: 'localhost',
    ...(agent === undefined ? {} : { agent }),
  })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, text: await text(response) }
}

describe('with a certificate of its own the service', () => {
  test('speaks https, and nothing else', async () => {
    const first = issue('first')
    await write(first.certificatePem, first.privateKeyPem)
    const { url } = await open()
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await get(url, '/v1/apps')).toMatchObject({ status: 200 })
    await expect(fetch(url.replace('https', 'http'))).rejects.toThrow('fetch failed')
  })

  test('has the bounds of plain http: headers of more than 16 KiB are refused with a problem', async () => {
    const first = issue('first')
    await write(first.certificatePem, first.privateKeyPem)
    const { url } = await open()
    const port = Number(new URL(url).port)
    const socket = connect({ host: '127.0.0.1', port, ca: authority.certificatePem, servername: 'localhost' })
    await once(socket, 'secureConnect')
    socket.write(`GET /livez HTTP/1.1\r\nhost: localhost\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`)
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(answer).toContain('headers_too_large')
  })

  test('takes a renewed certificate up for new connections, and lets the old ones live', async () => {
    const [first, second] = [issue('first'), issue('second')]
    await write(first.certificatePem, first.privateKeyPem)
    const { url } = await open()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect((await get(url, '/livez', agent)).status).toBe(200)
    expect(await shownName(url)).toBe('first')
    // The certificate is written before its key: in between they do not fit.
    await write(second.certificatePem, second.privateKeyPem)
    await untilShown(url, 'second')
    expect((await get(url, '/livez', agent)).status).toBe(200)
    agent.destroy()
  })

  test('follows links that are put in the place of others, as secrets of a cluster are', async () => {
    for (const name of ['one', 'two']) {
      const issued = issue(name)
      await writeFile(join(folder, `${name}.cert`), issued.certificatePem)
      await writeFile(join(folder, `${name}.key`), issued.privateKeyPem)
    }
    const point = async (name: string): Promise<void> => {
      for (const [link, what] of [
        [cert(), 'cert'],
        [key(), 'key'],
      ] as const) {
        await symlink(join(folder, `${name}.${what}`), `${link}.new`)
        await rename(`${link}.new`, link)
      }
    }
    await point('one')
    const { url } = await open()
    expect(await shownName(url)).toBe('one')
    await point('two')
    await untilShown(url, 'two')
  })

  test('keeps the certificate that it has while the files do not fit, and says so once', async () => {
    const [first, second] = [issue('first'), issue('second')]
    await write(first.certificatePem, first.privateKeyPem)
    const running = await open()
    await writeFile(cert(), second.certificatePem)
    await unlink(key())
    while (!running.logged.some((line) => line.includes('cannot be used'))) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await shownName(running.url)).toBe('first')
    expect(running.logged.join('\n')).not.toContain('PRIVATE KEY')
    await writeFile(key(), second.privateKeyPem)
    await untilShown(running.url, 'second')
  })
})

describe('a start stops with a sentence that names the setting where', () => {
  const start = async (env: Record<string, string>): Promise<string> => {
    const store = `sqlite:${join(folder, 'livehook.db')}`
    const { ended } = startCli(['serve'], { env: { LIVEHOOK_PORT: '0', LIVEHOOK_STORE: store, ...env } })
    const { code, stderr } = await ended
    expect(code).toBe(3)
    return stderr
  }
  const both = (): Record<string, string> => ({ LIVEHOOK_TLS_CERT: cert(), LIVEHOOK_TLS_KEY: key() })

  test('only one of the two files is set', async () => {
    expect(await start({ LIVEHOOK_TLS_CERT: cert() })).toContain('LIVEHOOK_TLS_KEY is missing')
  })

  test('a file is not there', async () => {
    expect(await start(both())).toMatch(/LIVEHOOK_TLS_CERT names .*cert\.pem, which cannot be read/)
  })

  test('a file has something else', async () => {
    const first = issue('first')
    await write(first.certificatePem, 'no key at all')
    expect(await start(both())).toMatch(/LIVEHOOK_TLS_KEY: .*key\.pem has no private key/)
    await write('no certificate', first.privateKeyPem)
    expect(await start(both())).toMatch(/LIVEHOOK_TLS_CERT: .*cert\.pem has no certificate/)
  })

  test('the key belongs to another certificate', async () => {
    await write(issue('first').certificatePem, issue('second').privateKeyPem)
    expect(await start(both())).toMatch(/does not belong to the first certificate/)
  })
})
