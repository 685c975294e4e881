// Connections that are used again, and above all those that must not be.

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diagnose } from '../../src/domain/diagnosis/diagnosis.ts'
import type { Outcome } from '../../src/domain/diagnosis/outcome.ts'
import type { GuardedEgress } from '../../src/egress/egress.ts'
import { startReceiver } from './scripted-receiver.ts'
import type { Requests } from './scripted-receiver.ts'
import { httpAnswer, openTestEgress, requestTo } from './test-egress.ts'

let egress: GuardedEgress

beforeEach(() => {
  egress = openTestEgress()
})

afterEach(() => egress.close())

const detailOf = (outcome: Outcome) => diagnose(outcome, 'after').detail

async function answerAll(socket: { write(text: string): unknown }, requests: Requests): Promise<void> {
  for await (const _ of requests) socket.write(httpAnswer('{}'))
}

describe('a connection is used again', () => {
  test('for the next request of the same webhook', async () => {
    const receiver = await startReceiver(answerAll)
    const first = await egress.exchange(requestTo(receiver.port))
    const second = await egress.exchange(requestTo(receiver.port))
    expect([first.evidence.reused, second.evidence.reused]).toEqual([false, true])
    expect(receiver.connections()).toBe(1)
    await receiver.close()
  })

  test('never by another webhook, and never for another port', async () => {
    const [one, other] = [await startReceiver(answerAll), await startReceiver(answerAll)]
    await egress.exchange(requestTo(one.port))
    await egress.exchange(requestTo(one.port, { pool: 'wh_2' }))
    await egress.exchange(requestTo(other.port))
    expect([one.connections(), other.connections()]).toEqual([2, 1])
    await Promise.all([one.close(), other.close()])
  })

  test('not after its pool was closed', async () => {
    const receiver = await startReceiver(answerAll)
    await egress.exchange(requestTo(receiver.port))
    egress.closePool('wh_1')
    await egress.exchange(requestTo(receiver.port))
    expect(receiver.connections()).toBe(2)
    await receiver.close()
  })

  test('not when the receiver announced to close it within a second', async () => {
    const receiver = await startReceiver(async (socket, requests) => {
      for await (const _ of requests) socket.write(httpAnswer('{}', '200 OK', 'keep-alive: timeout=1\r\n'))
    })
    await egress.exchange(requestTo(receiver.port))
    await egress.exchange(requestTo(receiver.port))
    expect(receiver.connections()).toBe(2)
    await receiver.close()
  })

  test('not for HTTP/1.0, unless it says keep-alive', async () => {
    const receiver = await startReceiver(async (socket, requests, connection) => {
      const headers = connection === 1 ? '' : 'connection: keep-alive\r\n'
      for await (const _ of requests) socket.write(httpAnswer('{}', '200 OK', headers).replace('HTTP/1.1', 'HTTP/1.0'))
    })
    const reused: (boolean | undefined)[] = []
    for (let turn = 0; turn < 3; turn += 1) {
      reused.push((await egress.exchange(requestTo(receiver.port))).evidence.reused)
    }
    expect(reused).toEqual([false, false, true])
    await receiver.close()
  })
})

describe('a connection that went bad', () => {
  test('RESP-224: one that was closed while idle costs no attempt', async () => {
    const receiver = await startReceiver(async (socket, requests, connection) => {
      await requests.next()
      socket.write(httpAnswer('{}'))
      if (connection > 1) return
      await sleep(50)
      socket.end()
    })
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('ok')
    // 60 ms after the goodbye.
    await sleep(110)
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('ok')
    expect(receiver.requests).toHaveLength(2)
    await receiver.close()
  })

  test('RESP-225: one that is reset when the request arrives is an attempt, because the app may have seen it', async () => {
    const receiver = await startReceiver(async (socket, requests, connection) => {
      await requests.next()
      socket.write(httpAnswer('{}'))
      await requests.next()
      if (connection === 1) socket.resetAndDestroy()
    })
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('ok')
    const second = await egress.exchange(requestTo(receiver.port))
    expect(second).toMatchObject({ kind: 'broken', code: 'reset_before_response', evidence: { reused: true } })
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('ok')
    await receiver.close()
  })

  test('RESP-226: a second answer in the same segment never counts for the next request', async () => {
    const receiver = await startReceiver(async (socket, requests, connection) => {
      await requests.next()
      if (connection === 1) socket.write(httpAnswer('{}') + httpAnswer('{"inject":1}'))
      else socket.write(httpAnswer('{}', '500 No'))
    })
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('ok')
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('status_500')
    await receiver.close()
  })

  test('RESP-227: an answer that no one asked for never counts for the next request', async () => {
    const receiver = await startReceiver(async (socket, requests, connection) => {
      await requests.next()
      if (connection > 1) {
        socket.write(httpAnswer('{}', '500 No'))
        return
      }
      socket.write(httpAnswer('{}'))
      await sleep(30)
      socket.write(httpAnswer('{"inject":1}'))
    })
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('ok')
    await sleep(60)
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('status_500')
    await receiver.close()
  })

  test.each([
    ['RESP-228: bytes behind the body', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}xyz'],
    ['RESP-229: Connection: close', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}'],
    [
      'a body without a length, however it is labelled',
      'HTTP/1.1 200 OK\r\nconnection: keep-alive, close\r\ncontent-length: 2\r\n\r\n{}',
    ],
    ['bytes behind the last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nx'],
  ])('%s: delivered, and the connection is not used again', async (_, answer) => {
    const receiver = await startReceiver(async (socket, requests) => {
      for await (const request of requests) socket.write(request === '' ? '' : answer)
    })
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('ok')
    expect(detailOf(await egress.exchange(requestTo(receiver.port)))).toBe('ok')
    expect(receiver.connections()).toBe(2)
    await receiver.close()
  })

  test('one that was answered before the request was read is not used again', async () => {
    const hold = Promise.withResolvers<void>()
    const hasty = await startReceiver(async (socket) => {
      socket.pause()
      socket.write(httpAnswer('{}'))
      await hold.promise
    })
    // More than the kernel's buffers on both sides take.
    const body = Buffer.alloc(32 * 1024 * 1024, 'x')
    expect(detailOf(await egress.exchange(requestTo(hasty.port, { body })))).toBe('ok')
    expect(detailOf(await egress.exchange(requestTo(hasty.port)))).toBe('ok')
    expect(hasty.connections()).toBe(2)
    hold.resolve()
    await hasty.close()
  })

  test('RESP-231: no answer ever reaches another webhook’s request', async () => {
    const receiver = await startReceiver(async (socket, requests) => {
      for await (const request of requests) {
        const id = /webhook-id: (\S+)/.exec(request)?.[1] ?? ''
        const dice = Number(id.split('-')[1]) % 11
        if (dice === 0) socket.resetAndDestroy()
        else if (dice === 1) continue
        else {
          if (dice < 4) await sleep(dice * 3)
          socket.write(httpAnswer(JSON.stringify({ id })) + (dice === 5 ? httpAnswer('{"id":"stray"}') : ''))
        }
      }
    })
    const send = async (pool: string, number: number) => {
      const id = `${pool}-${number}`
      const prepare = () => ({ target: '/hook', maskedTarget: '/hook', headers: { 'webhook-id': id } })
      // Only those that get no answer run into their deadline.
      const timeoutMs = number % 11 === 1 ? 300 : 20_000
      const outcome = await egress.exchange(requestTo(receiver.port, { pool, timeoutMs, prepare }))
      return outcome.kind === 'answered' ? { id, got: Buffer.from(outcome.body).toString() } : undefined
    }
    const lanes = ['wh_a', 'wh_b'].flatMap((pool) =>
      Array.from({ length: 8 }, async (_, lane) => {
        const answers: Awaited<ReturnType<typeof send>>[] = []
        for (let turn = 0; turn < 63; turn += 1) answers.push(await send(pool, turn * 8 + lane))
        return answers
      }),
    )
    const answers = (await Promise.all(lanes)).flat().filter((answer) => answer !== undefined)
    // Nine of eleven are answered; a reset or a stray answer may cost the one that comes next on the connection.
    expect(answers.length).toBeGreaterThan(700)
    expect(answers.filter(({ id, got }) => got !== JSON.stringify({ id }))).toEqual([])
    await receiver.close()
  })
})
