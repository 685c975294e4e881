// The rows about receivers of the list of bad input, by id.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request, tamper } from '../src/testing/testing.ts'
import { token, watched } from './support/receivers.ts'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { nodeHandler } from '../src/adapters/node.ts'
import type { Receiver } from '../src/index.ts'
import { createReceiver } from '../src/adapters/express.ts'

const rows = JSON.parse(readFileSync(join(import.meta.dirname, 'cases/bad-input.json'), 'utf8')) as { id: string }[]
const created = 'Live.CallbackAfterCreateRoom'
const message = 'Group.CallbackBeforeSendMsg'

async function withBody(body: string | Uint8Array<ArrayBuffer>): Promise<Request> {
  const { url, headers } = await request(created, { id: null })
  return new Request(url, { method: 'POST', headers, body })
}

describe('bad input', () => {
  const noHandler = { fallback: () => expect.unreachable('a handler was called') }

  test('IN-270 a GET is answered with 405', async () => {
    const response = await watched(noHandler).receiver.fetch(new Request('http://receiver.test/hook'))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  test('IN-271 a body that is not JSON is answered with 400', async () => {
    expect((await watched(noHandler).receiver.fetch(await withBody('x'))).status).toBe(400)
    expect((await watched(noHandler).receiver.fetch(await withBody('[]'))).status).toBe(400)
    expect((await watched(noHandler).receiver.fetch(await withBody(new Uint8Array([0x7b, 0xff, 0x7d])))).status).toBe(
      400,
    )
  })

  test('IN-272 a body over 1 MiB is answered with 413', async () => {
    const body = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`
    expect((await watched(noHandler).receiver.fetch(await withBody(body(1_048_577)))).status).toBe(413)
    expect((await watched().receiver.fetch(await withBody(body(1_048_576)))).status).toBe(200)
  })

  test('IN-273 a body that a middleware has parsed is refused by a sentence that names the order', async () => {
    const { receiver, lines } = watched({ ...noHandler, requireBodySignature: true })
    const { url, headers } = await request(created)
    const advice = "register app.post('/hook', receiver.express()) before app.use(express.json())"
    const answer = await receiver.handle({
      method: 'POST',
      query: new URL(url).search.slice(1),
      headers,
      body: { kind: 'parsed', value: {}, advice },
    })
    expect(answer.status).toBe(500)
    expect(answer.body).toContain('before app.use(express.json())')
    expect(lines[0]).toContain('before app.use(express.json())')
  })

  test('IN-274 a handler that throws is answered with 500 and no stack', async () => {
    const { receiver } = watched()
    receiver.after(created, () => {
      throw new Error('secret path')
    })
    const response = await receiver.fetch(await request(created))
    expect(response.status).toBe(500)
    expect(await response.text()).not.toMatch(/secret|\.ts|at /)
  })

  test('IN-277 a handler that returns nothing allows', async () => {
    const { receiver } = watched()
    receiver.before(message, () => undefined)
    const response = await receiver.fetch(await request(message))
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}')
  })

  test('IN-280 a handler that returns a text is answered with 500', async () => {
    const { receiver } = watched()
    receiver.before(message, (() => 'OK') as never)
    expect((await receiver.fetch(await request(message))).status).toBe(500)
  })

  test('IN-283 a thousand requests with a bad Sign are all answered with 401, with few lines', async () => {
    const { receiver, lines, events } = watched(noHandler)
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async () => receiver.fetch(await tamper.wrongToken(created))),
    )
    expect(answers.every(({ status }) => status === 401)).toBe(true)
    expect(events).toHaveLength(1000)
    // Two minutes may have begun meanwhile.
    expect(lines.length).toBeLessThanOrEqual(120)
  })

  test('IN-288 the same event twice at once is handled once and answered alike', async () => {
    const { receiver } = watched()
    let handled = 0
    receiver.before(message, async () => {
      handled += 1
      await new Promise((resolve) => setTimeout(resolve, 50))
    })
    const pair = await tamper.twice(message)
    const [first, second] = await Promise.all(pair.map((each) => receiver.fetch(each)))
    expect(handled).toBe(1)
    expect(await first!.text()).toBe(await second!.text())
  })

  test('IN-289 a clock that is five minutes wrong is named in the log', async () => {
    const { receiver, lines } = watched({ ...noHandler, now: () => Date.now() + 300_000 })
    expect((await receiver.fetch(await request(created))).status).toBe(401)
    expect(lines[0]).toContain('clock differs by 300 s')
  })
})

describe('lines of a log', () => {
  test('sixty a minute at most, and how many were left out is said in the next', async () => {
    let clock = 0
    const at = Date.now()
    const { receiver, lines } = watched({ now: () => at + clock })
    const bad = await tamper.wrongToken(created)
    for (let sent = 0; sent < 100; sent += 1) await receiver.fetch(bad.clone())
    clock = 60_000
    await receiver.fetch(bad.clone())
    clock = 120_000
    await receiver.fetch(bad.clone())
    expect(lines.length).toBeLessThanOrEqual(63)
    expect(lines.filter((line) => line.includes('40 more lines were left out'))).toHaveLength(1)
  })
})

describe('bad input over a socket', () => {
  let server: Server
  let receiver: Receiver
  let finish: (() => void) | undefined
  let timeLeftMs = 0

  beforeAll(async () => {
    ;({ receiver } = watched())
    receiver.before(message, (event) => {
      timeLeftMs = event.timeLeftMs
      return new Promise(() => undefined)
    })
    receiver.after(created, () => finish?.())
    const handle = nodeHandler(receiver)
    server = createServer((incoming, outgoing) => {
      if (incoming.url?.startsWith('/own') === true) {
        finish = () => outgoing.end('own answer')
      }
      handle(incoming, outgoing)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const base = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  test('IN-276 a handler that never settles is answered within 1.8 s', async () => {
    const response = await fetch(await request(message, { url: `${base()}/hook` }))
    expect([500, 503]).toContain(response.status)
    // What the handler was given. How long a busy machine then takes says nothing.
    expect(timeLeftMs).toBeGreaterThan(0)
    expect(timeLeftMs).toBeLessThanOrEqual(1800)
  })

  test('IN-281 a handler that answers by itself does no harm', async () => {
    const response = await fetch(await request(created, { url: `${base()}/own` }))
    expect(await response.text()).toBe('own answer')
    finish = undefined
    expect((await fetch(await request(created, { url: `${base()}/hook` }))).status).toBe(200)
  })

  test('IN-282 a client that goes away before the answer does no harm', async () => {
    const { url, headers } = await request(message, { url: `${base()}/hook` })
    const target = new URL(url)
    for (const body of ['{"CallbackCommand":', `{"CallbackCommand":"${message}","GroupId":"g"}`]) {
      const socket = connect(Number(target.port), '127.0.0.1')
      await new Promise((resolve) => socket.once('connect', resolve))
      const fields = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
      const length = body.endsWith('}') ? body.length : 1000
      socket.write(
        `POST ${target.pathname}${target.search} HTTP/1.1\r\nhost: x\r\n${fields}content-length: ${length}\r\n\r\n${body}`,
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
      socket.resetAndDestroy()
    }
    expect((await fetch(await request(created, { url: `${base()}/hook` }))).status).toBe(200)
  })

  test('every row has a test', () => {
    const titles = readFileSync(import.meta.filename, 'utf8').matchAll(/test\('(IN-\d+) /g)
    expect(new Set([...titles].map(([, id]) => id))).toEqual(new Set(rows.map(({ id }) => id)))
  })
})

test('the ten lines of the front page build a receiver', () => {
  expect(typeof createReceiver({ apps: { 1400000001: { tokens: [token] } }, log: false }).express()).toBe('function')
})
