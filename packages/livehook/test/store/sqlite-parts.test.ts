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
  const call = (rows: number, bytes: number, kind: 'accept' | 'settle' = 'accept'): WriteCall => {
    const base = { rows, bytes, resolve: () => {}, reject: () => {} }
    return kind === 'accept' ? { ...base, kind, requests: [] } : { ...base, kind, requests: [], now: 0 }
  }

  it('gives a commit a bounded share, in order, and a single large call whole', () => {
    const queue = createWriteQueue()
    const calls = [call(2000, 1), call(48, 1), call(1, 1), call(50_000, 1), call(1, 9_000_000), call(1, 1)]
    for (const one of calls) queue.add(one)
    expect(queue.take()).toEqual(calls.slice(0, 2))
    expect(queue.take()).toEqual(calls.slice(2, 3))
    expect(queue.take()).toEqual(calls.slice(3, 4))
    expect(queue.take()).toEqual(calls.slice(4, 5))
    expect(queue.take()).toEqual(calls.slice(5))
    expect(queue.take()).toEqual([])
  })

  it.each([
    ['rows', call(100_000, 0)],
    ['bytes', call(1, 134_217_728)],
  ])(
    'refuses new events beyond its bound of %s, still takes attempts, and takes events again when it drained',
    (_, full) => {
      const queue = createWriteQueue()
      queue.add(full)
      expect(() => queue.add(call(1, 1))).toThrow(expect.objectContaining({ code: 'store_unavailable' }))
      queue.add(call(1, 0, 'settle'))
      queue.take()
      queue.take()
      queue.add(call(1, 1))
      expect(queue.take()).toHaveLength(1)
    },
  )

  it('has a bound for attempts too', () => {
    const queue = createWriteQueue()
    queue.add(call(200_000, 0, 'settle'))
    expect(() => queue.add(call(1, 0, 'settle'))).toThrow(expect.objectContaining({ code: 'store_unavailable' }))
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
