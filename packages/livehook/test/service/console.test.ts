// The console's files as browsers get them: compressed when they were built, by the name of the file itself.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestService } from '../support/service.ts'
import { openService } from '../support/service.ts'

const script = `console.log(${JSON.stringify('x'.repeat(5000))})`
const page = `<!doctype html>${'<p>livehook</p>'.repeat(200)}`
let folder: string
let service: TestService

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-console-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), page)
  await writeFile(join(folder, 'assets', 'app-1.js'), script)
  await writeFile(join(folder, 'assets', 'tiny-1.js'), 'tiny')
  for (const [name, text] of [
    ['index.html', page],
    ['assets/app-1.js', script],
  ] as const) {
    await writeFile(join(folder, `${name}.br`), brotliCompressSync(text))
    await writeFile(join(folder, `${name}.gz`), gzipSync(text))
  }
  service = await openService({ consoleFolder: folder })
})
afterAll(async () => {
  await service.close()
  await rm(folder, { recursive: true })
})

interface Got {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** Without undoing what was compressed. */
const load = (path: string, headers: Record<string, string> = {}) =>
  new Promise<Got>((resolve, reject) => {
    get(`${service.url}${path}`, { headers }, (response) => {
      buffer(response).then(
        (bytes) => resolve({ status: response.statusCode, headers: response.headers, bytes }),
        reject,
      )
    }).on('error', reject)
  })

describe('a file of the console', () => {
  test.each([
    ['br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br', 'br', brotliDecompressSync],
  ])('is sent compressed to a browser that takes %s', async (accepted, encoding, undo) => {
    const { status, headers, bytes } = await load('/assets/app-1.js', { 'accept-encoding': accepted })
    expect([status, headers['content-encoding'], headers.vary]).toEqual([200, encoding, 'accept-encoding'])
    expect(headers['content-type']).toMatch(/^(?:text|application)\/javascript/)
    expect(headers['cache-control']).toContain('immutable')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(bytes.length).toBeLessThan(500)
    expect(undo(bytes).toString()).toBe(script)
  })

  test('is sent as it is to a client that takes nothing, and where compressing it was not worth it', async () => {
    const plain = await load('/assets/app-1.js')
    expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([undefined, 'accept-encoding'])
    expect(plain.bytes.toString()).toBe(script)
    const tiny = await load('/assets/tiny-1.js', { 'accept-encoding': 'br' })
    expect([tiny.status, tiny.headers['content-encoding'], tiny.bytes.toString()]).toEqual([200, undefined, 'tiny'])
  })

  test('has no address of its own for what was compressed', async () => {
    expect((await load('/assets/app-1.js.br')).status).toBe(404)
    expect((await load('/assets/app-1.js.gz')).status).toBe(404)
  })
})

test('the page itself is compressed too, at every address inside the console, under the same policy', async () => {
  for (const path of ['/', '/webhooks/one']) {
    const { status, headers, bytes } = await load(path, { 'accept-encoding': 'gzip', accept: 'text/html' })
    expect([status, headers['content-encoding']]).toEqual([200, 'gzip'])
    expect(headers['content-type']).toMatch(/^text\/html/)
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['cache-control']).toBe('no-cache')
    expect(gunzipSync(bytes).toString()).toBe(page)
  }
})
