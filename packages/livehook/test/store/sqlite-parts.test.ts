// Parts of the embedded store whose promises do not show through the port.

import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/domain/diagnosis/outcome.ts'
import { evidenceCodec, formatEvidence, packEvidence, readEvidence } from '../../src/store/shared/evidence.ts'
import { createWriteQueue } from '../../src/store/sqlite/thread/write-queue.ts'
import type { WriteCall } from '../../src/store/sqlite/thread/write-batch.ts'
import { registerWebhook, sampleEvent, someTime } from './samples.ts'
import { createSqlitePlace } from './sqlite-place.ts'

describe('Evidence', () => {
  /** Written by the first version of codec 1. Data files hold blocks like it for ever. */
  const oldBlock = Buffer.from('Q+RipFyKkpfhdaehnqkOImcbmdYiZ0/k1A3NoVjqJlClVcuFsBOz5IAVDIZg81GikJgwqFWqBQA=', 'base64')

  it('of every data file that was ever written can be read', () => {
    expect(readEvidence({ codec: 1, lines: oldBlock }, 0)).toEqual({
      phase: 'first_byte',
      phaseMs: { connect: 1.5, write: 0.25 },
      dialled: '203.0.113.10:443',
      errorCode: 'ECONNRESET',
    })
    expect(readEvidence({ codec: 1, lines: oldBlock }, 1)).toEqual({
      phase: 'done',
      phaseMs: { body: 0.125 },
      status: 200,
      bodyStart: '{"ActionStatus":"OK"}',
    })
  })

  it('of a codec that is not known yet is refused, not misread', () => {
    expect(() => readEvidence({ codec: evidenceCodec + 1, lines: oldBlock }, 0)).toThrow('codec')
  })

  it('of 64 attempts takes less than a seventh of its text', () => {
    const lines = Array.from({ length: 64 }, (_, index) => formatEvidence(typicalEvidence(index)))
    const text = lines.join('\n')
    expect(packEvidence(text).byteLength).toBeLessThan(text.length / 7)
  })
})

describe('Idempotency keys', () => {
  it('that ran out are removed in small steps by those that come', async () => {
    const place = await createSqlitePlace()
    const store = await place.open()
    const webhook = await registerWebhook(store)
    const use = (key: string, acceptedAt: number) =>
      sampleEvent(webhook, { acceptedAt, idempotency: { key, bodyHash: new Uint8Array(32) } })
    await store.accept(Array.from({ length: 10 }, (_, index) => use(`old ${index}`, someTime)))
    const counts: unknown[] = []
    for (let index = 0; index < 4; index += 1) {
      await store.accept([use(`new ${index}`, someTime + 86_400_000)])
      const db = new DatabaseSync(place.path, { readOnly: true })
      counts.push(db.prepare('SELECT count(*) AS keys FROM idempotency_keys').get()?.['keys'])
      db.close()
    }
    expect(counts).toEqual([7, 4, 3, 4])
    await store.close()
    await place.remove()
  })
})

describe('The queue of writes', () => {
  const base = { resolve: () => {}, reject: () => {} }
  const call = (rows: number, bytes: number, sdkAppId = 1): WriteCall => {
    const request = { ...sampleEvent({ sdkAppId, webhookId: 'wh_none' }), sdkAppId }
    return { ...base, rows, bytes, kind: 'accept', requests: [request], owner: 0 }
  }
  const settle = (rows: number): WriteCall => ({
    ...base,
    rows,
    bytes: 0,
    kind: 'settle',
    requests: [],
    now: 0,
    owner: 0,
  })

  it('gives a commit a bounded share, in order, and a single large call whole', () => {
    const queue = createWriteQueue()
    const calls = [call(2000, 1), call(48, 1), call(1, 1), call(20_000, 1), call(1, 9_000_000), call(1, 1)]
    for (const one of calls) queue.add(one)
    expect(queue.take()).toEqual(calls.slice(0, 2))
    expect(queue.take()).toEqual(calls.slice(2, 3))
    expect(queue.take()).toEqual(calls.slice(3, 4))
    expect(queue.take()).toEqual(calls.slice(4, 5))
    expect(queue.take()).toEqual(calls.slice(5))
    expect(queue.take()).toEqual([])
  })

  it('lets apps take turns: what one app hands in waits for one commit of another, however much of it there is (I6)', () => {
    const queue = createWriteQueue()
    const flood = Array.from({ length: 4 }, () => call(20_000, 1, 1))
    for (const one of flood) queue.add(one)
    expect(queue.take()).toEqual([flood[0]])
    const others = [call(2, 1, 2), call(2, 1, 2), call(3, 1, 3)]
    for (const one of others) queue.add(one)
    queue.add(settle(5))
    // The flood's turn comes first, since it waited before the others came; then theirs, all together.
    expect(queue.take()).toEqual([flood[1]])
    expect(new Set(queue.take())).toEqual(new Set([...others, settle(5)]))
    expect(queue.take()).toEqual([flood[2]])
    expect(queue.calls).toBe(1)
    expect(queue.clear()).toEqual([flood[3]])
  })

  it('takes events of other apps, and attempts, when one app has its share of what may wait (I6)', () => {
    const queue = createWriteQueue()
    queue.add(call(100_000, 0, 1))
    expect(() => queue.add(call(1, 1, 1))).toThrow(expect.objectContaining({ code: 'store_unavailable' }))
    queue.add(call(1, 1, 2))
    queue.add(settle(1))
    queue.take()
    queue.add(call(1, 1, 1))
  })

  it.each([
    ['rows', [call(99_999, 0, 1), call(99_999, 0, 2), call(2, 0, 3)]],
    ['bytes', [call(1, 67_108_864, 1), call(1, 67_108_864, 2)]],
  ])(
    'refuses new events beyond its bound of %s, still takes attempts, and takes events again when it drained',
    (_, full) => {
      const queue = createWriteQueue()
      for (const one of full) queue.add(one)
      expect(() => queue.add(call(1, 1, 4))).toThrow(expect.objectContaining({ code: 'store_unavailable' }))
      queue.add(settle(1))
      while (queue.calls > 0) queue.take()
      queue.add(call(1, 1, 4))
      expect(queue.take()).toHaveLength(1)
    },
  )

  it('has a bound for attempts too', () => {
    const queue = createWriteQueue()
    queue.add(settle(400_000))
    expect(() => queue.add(settle(1))).toThrow(expect.objectContaining({ code: 'store_unavailable' }))
  })
})

function typicalEvidence(index: number): Evidence {
  return {
    phase: 'done',
    phaseMs: { write: index / 7, first_byte: index / 3, body: 0.01 },
    addresses: ['203.0.113.10'],
    dialled: '203.0.113.10:443',
    local: `10.0.0.2:${40_000 + index}`,
    reused: true,
    tlsProtocol: 'TLSv1.3',
    target: `/live?SdkAppId=1400000001&WebhookCommand=Live.CallbackAfterCreateRoom&ClientIP=198.51.100.${index}&Sign=***`,
    requestHeaders: {
      host: 'hooks.example.test',
      'user-agent': 'livehook/0.1.0',
      'webhook-id': `evt_abcdefgh${index}`,
    },
    status: 200,
    responseHeaders: [
      ['content-type', 'application/json'],
      ['content-length', '52'],
    ],
    bodyStart: '{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}',
    bodyBytes: 50,
  }
}
