// Requests by the contract: most of them good, some nearly, some made to hurt.

import * as fc from 'fast-check'
import type { ContractDocument, Operation, Parameter } from './contract-document.ts'
import type { ValueWorld } from './contract-values.ts'
import { damaged, fitting, hostile, nearly } from './contract-values.ts'

export interface FuzzRequest {
  readonly operation: Operation
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface RequestWorld extends ValueWorld {
  /** Values of `authorization`: of a key that may do everything, and of others. */
  readonly authorizations: { readonly good: string; readonly others: readonly string[] }
  readonly origin: string
}

const hostileTexts = [
  '',
  '0',
  '-1',
  '1e9',
  '0x10',
  '01',
  '1.5',
  '99999999999999999999',
  'NaN',
  '%00',
  '%ff',
  '%',
  '%zz',
  '..%2f..%2fetc',
  '.',
  '..',
  '__proto__',
  'constructor',
  "'",
  '"',
  '*',
  '%E2%80%AE',
  '%F0%9F%98%80',
  '%ED%A0%80',
  'a'.repeat(300),
  'true',
  'null',
  '[]',
  '{}',
]
const hostileText = fc.constantFrom(...hostileTexts)

const extraQueries = [
  '',
  '&',
  '&x=1',
  '&__proto__=1',
  '&constructor[prototype]=1',
  '&limit=1&limit=2',
  '&%',
  '&=',
  '&a&b',
  '#x',
  '&limit',
]

export function requestsOf(document: ContractDocument, world: RequestWorld): fc.Arbitrary<FuzzRequest> {
  // What never ends is not for here.
  const operations = document.operations.filter(({ path }) => path !== '/v1/stream')
  return fc.oneof(...operations.map((operation) => requestOf(world, operation)))
}

function requestOf(world: RequestWorld, operation: Operation): fc.Arbitrary<FuzzRequest> {
  const bodies = bodiesOf(world, operation)
  return fc
    .record({
      target: targetOf(world, operation),
      headers: headersOf(world, operation),
      sent: bodies,
    })
    .map(({ target, headers, sent }) => {
      const { body, type } = sent
      const typed = type === undefined ? headers : { 'content-type': type, ...headers }
      const method = operation.method.toUpperCase()
      return { operation, method, target, headers: typed, ...(body === undefined ? {} : { body }) }
    })
}

function often<Value>(usual: fc.Arbitrary<Value>, rare: fc.Arbitrary<Value>, weight = 9): fc.Arbitrary<Value> {
  return fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare })
}

function targetOf(world: RequestWorld, { path, parameters }: Operation): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const parts = fc.record(
    Object.fromEntries(
      inPath.map(({ name, schema }) => [name, often(fitting(world, schema, name).map(encoded), hostileText)]),
    ),
  )
  const query = fc.tuple(...inQuery.map((parameter) => queryPart(world, parameter)))
  return fc
    .tuple(parts, query, often(fc.constant(''), fc.constantFrom(...extraQueries), 19))
    .map(([values, pieces, extra]) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
      return `${filled}?${pieces.filter((piece) => piece !== '').join('&')}${extra}`
    })
}

function queryPart(world: RequestWorld, { name, schema, required }: Parameter): fc.Arbitrary<string> {
  const good = fitting(world, schema, name).map((value) =>
    [value]
      .flat()
      .map((each) => `${name}=${encoded(each)}`)
      .join('&'),
  )
  const present = often(
    good,
    hostileText.map((text) => `${name}=${text}`),
    12,
  )
  // Nearly every route that takes a command needs one, whether it stands in the query or in a line.
  return required || name === 'command'
    ? often(present, fc.constant(''), 19)
    : fc.oneof(present, fc.constant(''), fc.constant(''))
}

function encoded(value: unknown): string {
  // A lone surrogate cannot be written in a URL.
  return encodeURIComponent(String(value).toWellFormed())
}

const jsonTypes = ['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON']
const otherTypes = [
  'text/plain',
  'application/xml',
  'application/json; charset=latin1',
  'application/json, application/json',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/x-ndjson',
  'application/merge-patch+json',
  '*/*',
  'json',
  ';',
  'application/json;',
]

interface Sent {
  readonly body: Buffer | undefined
  readonly type: string | undefined
}

function bodiesOf(world: RequestWorld, { bodies, method }: Operation): fc.Arbitrary<Sent> {
  const [first] = Object.entries(bodies)
  if (first === undefined) {
    const nothing = fc.constant<Sent>({ body: undefined, type: undefined })
    const something = fc.record({
      body: hostile.map((value) => Buffer.from(JSON.stringify(value))),
      type: fc.constantFrom(...jsonTypes, ...otherTypes),
    })
    return method === 'get' ? nothing : often<Sent>(nothing, something)
  }
  const value = fitting(world, first[1])
  const good = value.map((each) => JSON.stringify(each))
  const asBytes = fc.oneof(
    { weight: 6, arbitrary: good.map((text) => Buffer.from(text)) },
    { weight: 3, arbitrary: nearly(value).map((each) => Buffer.from(JSON.stringify(each) ?? '')) },
    { weight: 1, arbitrary: hostile.map((each) => Buffer.from(JSON.stringify(each) ?? '')) },
    { weight: 2, arbitrary: damaged(good) },
  )
  const typed = often(fc.constantFrom(...jsonTypes), fc.constantFrom(...otherTypes), 14)
  const plain = fc.record<Sent>({ body: asBytes, type: typed })
  return 'application/x-ndjson' in bodies
    ? fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: batchesOf(world, value) })
    : plain
}

/** Lines of a batch, most of them good. */
function batchesOf(world: RequestWorld, value: fc.Arbitrary<unknown>): fc.Arbitrary<Sent> {
  const line = fc.record(
    {
      command: world.known['command'] as fc.Arbitrary<unknown>,
      body: value,
      clientIp: fc.constant('203.0.113.9'),
      idempotencyKey: fc.string({ maxLength: 6 }),
    },
    { requiredKeys: ['command', 'body'] },
  )
  const lines = fc
    .array(often<unknown>(line, nearly(line)), { maxLength: 5 })
    .map((all) => all.map((each) => JSON.stringify(each)).join('\n'))
  return fc.record<Sent>({
    body: often(
      lines.map((text) => Buffer.from(text)),
      damaged(lines),
    ),
    type: fc.constant('application/x-ndjson'),
  })
}

function headersOf(world: RequestWorld, { parameters }: Operation): fc.Arbitrary<Record<string, string>> {
  const { good, others } = world.authorizations
  const authorization = often(
    fc.constant<string | undefined>(good),
    fc.constantFrom<string | undefined>(undefined, ...others),
    14,
  )
  const named = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name.toLowerCase())
  const abuse: Record<string, readonly string[]> = {
    'content-encoding': ['gzip', 'identity', 'br, gzip'],
    accept: ['*/*', 'text/html', 'text/event-stream', '', 'x'.repeat(5000)],
    'idempotency-key': ['a', 'a b', '', 'k'.repeat(200), 'é'],
    'if-match': ['*', '"x"', '""', 'x', '*, *'],
    traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'nonsense', ''],
    'x-forwarded-for': ['203.0.113.1', '%', '::1, x'],
    'x-http-method-override': ['DELETE'],
    cookie: ['livehook=x', '__Host-livehook=', '=;;=', 'livehook=a; livehook=b'],
    origin: [world.origin, 'null', 'https://evil.example'],
    'sec-fetch-site': ['cross-site', 'same-origin'],
    range: ['bytes=0-1'],
  }
  const pairs = Object.entries(abuse).map(([name, values]) =>
    fc.constantFrom(...values).map((value) => [name, value] as const),
  )
  const extra = fc.array(fc.oneof(...pairs), { maxLength: 2 })
  const needed = named.flatMap((name) =>
    abuse[name] === undefined ? [] : [fc.constantFrom(...abuse[name]).map((value) => [name, value] as const)],
  )
  const own =
    needed.length === 0
      ? fc.constant<readonly (readonly [string, string])[]>([])
      : fc.array(fc.oneof(...needed), { maxLength: 1 })
  return fc
    .tuple(authorization, often(fc.constant<readonly (readonly [string, string])[]>([]), extra, 4), own)
    .map(([key, more, header]) => ({
      ...(key === undefined ? {} : { authorization: key }),
      ...Object.fromEntries([...more, ...header]),
    }))
}
