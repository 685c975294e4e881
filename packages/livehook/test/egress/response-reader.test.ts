// However an answer is cut into pieces on its way, what is read is the same.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ResponseReader } from '../../src/egress/exchange/response-reader.ts'

interface Reading {
  readonly state: string
  readonly status: number | undefined
  readonly body: string
  readonly hasLeftover: boolean
}

/** Reads an answer in pieces; `isClosed` says that the far side closed behind it. */
function read(pieces: readonly Buffer[], isClosed: boolean): Reading {
  const reader = new ResponseReader()
  let state = 'more'
  for (const [index, piece] of pieces.entries()) {
    state = reader.push(piece)
    if (state !== 'more') {
      // After a fault the connection is closed in any case.
      const hasLeftover = state === 'complete' && (reader.hasLeftover || index + 1 < pieces.length)
      return { state, status: reader.head?.status, body: reader.body.toString('latin1'), hasLeftover }
    }
  }
  if (isClosed) state = reader.end()
  return { state, status: reader.head?.status, body: reader.body.toString('latin1'), hasLeftover: false }
}

function cut(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1')
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((left, right) => left - right)
  return [...cuts, bytes.length]
    .map((end, index) => bytes.subarray(cuts[index - 1] ?? 0, end))
    .filter((piece) => piece.length > 0)
}

const answers = [
  'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":1}',
  'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\n{"a\r\n4\r\n":1}\r\n0\r\ntrailer: t\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}XX\r\n0\r\n\r\n',
  'HTTP/1.0 200 OK\r\n\r\n{"a":1}',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}',
  'HTTP/1.1 200 OK\ncontent-length: 2\n\n{}',
  'HTTP/1.1 200 OK\r\nx: a\rb\r\ncontent-length: 2\r\n\r\n{}',
  'SSH-2.0-OpenSSH_9.6\r\n',
] as const

describe('an answer in pieces', () => {
  test.each(answers)('%j is read the same however it is cut', (answer) => {
    const whole = read([Buffer.from(answer, 'latin1')], true)
    const anyCuts = fc.array(fc.nat(500), { maxLength: 20 })
    const isSame = fc.property(anyCuts, (places) => {
      const inPieces = read(cut(answer, places), true)
      return JSON.stringify(inPieces) === JSON.stringify(whole)
    })
    expect(() => fc.assert(isSame, { numRuns: 300 })).not.toThrow()
    const byteByByte = read(
      cut(
        answer,
        Array.from({ length: answer.length }, (_, place) => place),
      ),
      true,
    )
    expect(byteByByte).toEqual(whole)
  })

  test('whatever bytes come, the reader ends in a state and never throws', () => {
    const start = fc.constantFrom('', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    const anything = fc.tuple(start, fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }))
    const ends = fc.property(anything, ([text, noise]) => {
      const { state } = read(
        [Buffer.from(text), ...noise.map((bytes) => Buffer.from(bytes))].filter((piece) => piece.length > 0),
        true,
      )
      return state !== 'more'
    })
    expect(() => fc.assert(ends, { numRuns: 1000 })).not.toThrow()
  })
})

describe('the bounds', () => {
  const headOf = (bytes: number) => `HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx: ${'a'.repeat(bytes - 43)}\r\n\r\n`

  test('a head of 16 KiB passes, one byte more does not, in one piece or in many', () => {
    expect(headOf(16_384)).toHaveLength(16_384)
    for (const [head, state] of [
      [headOf(16_384), 'complete'],
      [headOf(16_385), 'headers_too_large'],
    ] as const) {
      const answer = `${head}{}`
      expect(read([Buffer.from(answer)], false).state).toBe(state)
      expect(read(cut(answer, [1000, 5000, 9000, 16_000]), false).state).toBe(state)
    }
  })

  test('100 interim answers pass, one more does not', () => {
    const answer = (interim: number) =>
      `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(interim)}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}`
    expect(read([Buffer.from(answer(100))], false).state).toBe('complete')
    expect(read([Buffer.from(answer(101))], false).state).toBe('malformed_http')
  })

  test.each([
    ['Content-Length', (bytes: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`],
    [
      'chunks',
      (bytes: number) =>
        `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n0\r\n\r\n`,
    ],
    ['the end of the connection', (bytes: number) => `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(bytes)}`],
  ])('a body of 64 KiB by %s passes, one byte more does not', (_, answer) => {
    expect(read([Buffer.from(answer(65_536))], true)).toMatchObject({ state: 'complete' })
    expect(read([Buffer.from(answer(65_537))], true)).toMatchObject({ state: 'response_too_large' })
  })

  test.each([
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nx : y\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 200 OK\r\nx: y\r\n folded\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 200 OK\r\n: y\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 20 OK\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1  200 OK\r\ncontent-length: 2\r\n\r\n{}',
    'http/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}',
    'ICY 200 OK\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2 \r\n{}\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nno trailer\r\n\r\n',
  ])('%j is no HTTP that two readers would understand alike', (answer) => {
    expect(read([Buffer.from(answer)], true).state).toBe('malformed_http')
  })
})
