// Requests whose very bytes are damaged: between a client and a service there may be anything.

import * as fc from 'fast-check'
import { errorCodes } from '../../src/domain/errors/service-error.ts'
import type { RawAnswer } from '../service/raw-exchange.ts'
import { bytesOf, open } from '../service/raw-exchange.ts'
import type { FuzzRequest } from './contract-requests.ts'

/** The bytes of requests, each damaged in one or two ways. */
export function rawRequestsOf(requests: fc.Arbitrary<FuzzRequest>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(requests, fc.array(damage, { minLength: 1, maxLength: 2 }))
    .map(([{ method, target, headers, body }, damages]) => {
      const path = target.replaceAll(/[^\u0021-\u007E]/g, (found) => encodeURIComponent(found.toWellFormed()))
      const whole = bytesOf({ method, path, headers, ...(body === undefined ? {} : { body }) })
      return damages.reduce((bytes, apply) => apply(bytes), whole)
    })
}

type Damage = (bytes: Buffer) => Buffer

const line =
  (text: string): Damage =>
  (bytes) =>
    Buffer.from(bytes.toString('latin1').replace('\r\n', `\r\n${text}\r\n`), 'latin1')
const swap =
  (from: string | RegExp, to: string): Damage =>
  (bytes) =>
    Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1')

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(20)).map(([at, length]): Damage => (bytes) => {
    const start = at % bytes.length
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)])
  }),
  fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 12 })).map(([at, more]): Damage => (bytes) => {
    const start = at % bytes.length
    return Buffer.concat([bytes.subarray(0, start), more, bytes.subarray(start)])
  }),
  fc.constantFrom<Damage>(
    line('Host: other.example'),
    line('content-length: 5'),
    line('transfer-encoding: chunked'),
    line('transfer-encoding: chunked, chunked'),
    line(`x-long: ${'x'.repeat(20_000)}`),
    line('x-nothing: a\u0000b'),
    line('x y: 1'),
    line(' folded'),
    line('expect: 100-continue'),
    line('expect: the unexpected'),
    line('connection: upgrade\r\nupgrade: websocket'),
    line(Array.from({ length: 300 }, (_, index) => `x-${index}: 1`).join('\r\n')),
    swap(/\r\n/g, '\n'),
    swap('HTTP/1.1', 'HTTP/1.0'),
    swap('HTTP/1.1', 'HTTP/2.0'),
    swap('HTTP/1.1', 'HTTP/9.9'),
    swap(/^[A-Z]+/, 'BREW'),
    swap(/^[A-Z]+/, 'trace'),
    swap(/^(\w+) \//, '$1 http://other.example/'),
    swap(/^(\w+) \//, '$1 //'),
    swap(/^(\w+) \//, '$1 *'),
    swap('host: 127.0.0.1\r\n', ''),
    swap(/content-length: \d+/, 'content-length: 999999999999999999999'),
    swap(/content-length: \d+/, 'content-length: -1'),
    swap(/content-length: (\d)/, 'content-length: 1$1'),
  ),
)

/** Sends bytes, says that nothing more comes, and tells how the answer breaks what holds for every answer. */
export async function rawBreach(url: string, bytes: Buffer): Promise<string | undefined> {
  const { socket, answer } = open(url)
  socket.end(bytes)
  const result = await answer
  socket.destroy()
  const breach = breachOf(result)
  return breach === undefined
    ? undefined
    : `${breach}\n  ${JSON.stringify(bytes.toString('latin1').slice(0, 700))}\n  ${result.text.slice(0, 300)}`
}

function breachOf({ status, headers, text }: RawAnswer): string | undefined {
  if (status === 'closed' || status < 400) return undefined
  if (status >= 500) return `an answer of ${status}`
  // An answer to HEAD has no body.
  if (text === '') return undefined
  if (headers.get('content-type') !== 'application/problem+json') return `a ${status} that is no problem`
  const { code, status: told } = JSON.parse(text) as { code: string; status: number }
  return Object.hasOwn(errorCodes, code) && told === status
    ? undefined
    : `a problem that is not in the contract: ${code}`
}
