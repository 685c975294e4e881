// Watchers of /v1/stream that never read, told by counted bytes and by how their connections end.

import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { maxUnreadBytes, maxWatchersOfAKey } from '../../src/http/routes/history/watchers.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'

let service: TestService
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await service.close()
})

async function metric(name: string): Promise<number> {
  const { text } = await service.call('GET', '/metrics')
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}

/** A connection whose head was read, and nothing after it. */
async function watch(key = adminKey): Promise<{ readonly socket: Socket; readonly head: string }> {
  const { hostname, port } = new URL(service.url)
  const socket = connect({ host: hostname, port: Number(port) })
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.write(`GET /v1/stream HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${key}\r\n\r\n`)
  const head = await new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString('latin1'))))
  socket.pause()
  return { socket, head }
}

const event = (sdkAppId: number, webhookId: string) =>
  service.service.events.publish({ kind: 'webhook_changed', at: 0, sdkAppId, webhookId })
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a watcher that never reads', () => {
  test('holds a bounded buffer, and is ended when it is behind', async () => {
    service = await openService()
    const watchers = await Promise.all(Array.from({ length: 10 }, () => watch()))
    expect(await metric('livehook_stream_watchers')).toBe(10)
    const closed = watchers.map(({ socket }) => new Promise((resolve) => socket.on('close', resolve)))
    let most = 0
    // As much as the system's own buffers take, and more.
    for (let sent = 0; (await metric('livehook_stream_watchers')) > 0 && sent < 200; sent += 1) {
      for (let at = 0; at < 10; at += 1) {
        event(1, 'x'.repeat(100_000))
        await turn()
      }
      most = Math.max(most, await metric('livehook_stream_unread_bytes'))
    }
    expect(await metric('livehook_stream_watchers')).toBe(0)
    expect(most).toBeLessThanOrEqual(10 * (maxUnreadBytes + 1000))
    // None of them is read: the service lets go by itself.
    for (const { socket } of watchers) socket.resume()
    await Promise.all(closed)
  })

  test('is told why, in what it can still read, and others see every event meanwhile', async () => {
    service = await openService()
    const behind = await watch()
    const reading = await watch()
    let seen = ''
    reading.socket.on('data', (bytes) => (seen += bytes.toString('latin1'))).resume()
    let told = ''
    for (let sent = 0; (await metric('livehook_stream_watchers')) > 1 && sent < 200; sent += 1) {
      for (let at = 0; at < 40; at += 1) {
        event(1, `wh_${at}_${'x'.repeat(20_000)}`)
        await turn()
      }
    }
    expect(await metric('livehook_stream_watchers')).toBe(1)
    const over = new Promise((resolve) => behind.socket.on('close', resolve))
    behind.socket.on('data', (bytes) => (told = (told + bytes.toString('latin1')).slice(-4000))).resume()
    await over
    expect(told).toContain(': behind: more than 262144 bytes were not read')
    event(1, 'wh_last')
    await expect.poll(() => seen.includes('wh_last')).toBe(true)
    expect(seen).not.toContain('behind')
  })
})

describe('streams', () => {
  test('of one key are limited, and the next says so', async () => {
    service = await openService()
    const opened = await Promise.all(Array.from({ length: maxWatchersOfAKey }, () => watch()))
    expect(opened.every(({ head }) => head.startsWith('HTTP/1.1 200'))).toBe(true)
    const refused = await service.call('GET', '/v1/stream')
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
    expect(refused.text).toContain('32 streams of one key')
    const { body } = await service.call('POST', '/v1/keys', { name: 'another', role: 'read' })
    expect((await watch(String(body['key']))).head).toContain('200 OK')
    const closed = new Promise((resolve) => opened[0]?.socket.on('close', resolve))
    opened[0]?.socket.destroy()
    await closed
    await expect.poll(() => metric('livehook_stream_watchers')).toBe(maxWatchersOfAKey)
    expect((await watch()).head).toContain('200 OK')
  })

  test('get the events of one large commit in slices, each event once and in its order', async () => {
    service = await openService()
    const { socket } = await watch()
    let seen = ''
    socket.on('data', (bytes) => (seen += bytes.toString('latin1'))).resume()
    for (let at = 0; at < 1000; at += 1) event(7, `wh_${at}`)
    await turn()
    expect(await metric('livehook_stream_watchers')).toBe(1)
    await expect.poll(() => seen.includes('wh_999"')).toBe(true)
    const ids = [...seen.matchAll(/"webhookId":"wh_(\d+)"/g)].map(([, id]) => Number(id))
    expect(ids).toEqual(Array.from({ length: 1000 }, (_, at) => at))
  })
})
