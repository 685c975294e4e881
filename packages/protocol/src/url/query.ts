// Reading a query string. The same answers as a standard form parser (URLSearchParams), without its cost on the plain text
// that nearly every request consists of.

import { parameterNames } from './params.ts'
import type { Spelling } from './params.ts'

/** One parameter of a query string, decoded, in the order in which it stood there. */
export interface QueryParameter {
  readonly name: string
  readonly value: string
}

/**
 * Reads a query string as it stands on the request line, with or without its leading `?`.
 * Names and values are percent-decoded, `+` is a space; nothing is merged, dropped or put in another order.
 */
export function readQuery(query: string): QueryParameter[] {
  const parameters: QueryParameter[] = []
  for (const piece of (query.startsWith('?') ? query.slice(1) : query).split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const name = equals < 0 ? piece : piece.slice(0, equals)
    parameters.push({ name: decode(name), value: equals < 0 ? '' : decode(piece.slice(equals + 1)) })
  }
  return parameters
}

/**
 * All values of two parameters, each in the order in which they stood there, without reading the others: names exact, after
 * decoding. What a check needs of each request, at a third of the cost of reading everything.
 * @param query as for `readQuery`
 */
export function valuesOfTwo(query: string, first: string, second: string): readonly [string[], string[]] {
  const values: readonly [string[], string[]] = [[], []]
  for (let at = query.startsWith('?') ? 1 : 0; at < query.length;) {
    const next = query.indexOf('&', at)
    const end = next < 0 ? query.length : next
    const equals = query.indexOf('=', at)
    const nameEnd = equals < 0 || equals > end ? end : equals
    const name = decode(query.slice(at, nameEnd))
    if (name === first) values[0].push(decode(query.slice(nameEnd + 1, end)))
    else if (name === second) values[1].push(decode(query.slice(nameEnd + 1, end)))
    at = end + 1
  }
  return values
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  // The platform's own parser decides what odd escapes mean, so that we never read another value than the app's framework.
  return new URLSearchParams(`_=${text}`).get('_') ?? ''
}

/** The parameters of a webhook request, whichever spelling they came in. */
export interface RequestParameters {
  readonly kind: 'request'
  readonly spelling: Spelling
  readonly sdkAppId: number
  readonly command: string
  readonly contentType?: string
  readonly clientIp?: string
  /** As it came: a platform may be newer than this list of platforms. */
  readonly optPlatform?: string
  readonly sign?: string
  readonly requestTime?: string
}

/** A request whose parameters cannot be used, with the name of the parameter as its spelling writes it. */
export interface RequestRefused {
  readonly kind: 'refused'
  readonly reason: 'missing_param' | 'duplicate_param' | 'malformed_param'
  readonly parameter: string
}

type Field = Exclude<keyof RequestParameters, 'kind' | 'spelling'>

const fieldOfName: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['sdkappid', 'sdkAppId'],
  ['webhookcommand', 'command'],
  ['callbackcommand', 'command'],
  ['contenttype', 'contentType'],
  ['clientip', 'clientIp'],
  ['optplatform', 'optPlatform'],
])

function fieldOf(name: string): Field | undefined {
  // Sign and RequestTime are the two names that must be written exactly: what is signed is not guessed at.
  if (name === 'Sign') return 'sign'
  if (name === 'RequestTime') return 'requestTime'
  return fieldOfName.get(name.toLowerCase())
}

/**
 * Reads the parameters of a webhook request in either spelling and any letter case (`Sign` and `RequestTime` only as written
 * here). Parameters of the app's own are passed over. This reads; it checks no Sign: see `checkSign`.
 * @param query the query string as on the request line, with or without `?`
 * @returns the parameters, or why they cannot be used: one of them twice, `SdkAppId` or the command missing, an `SdkAppId` that
 *   is no whole number from 1 to 2^32 - 1
 */
export function parseRequest(query: string): RequestParameters | RequestRefused {
  const found: Partial<Record<Field, string>> = {}
  let spelling: Spelling = 'webhook'
  for (const { name, value } of readQuery(query)) {
    const field = fieldOf(name)
    if (field === undefined) continue
    if (found[field] !== undefined) return refused('duplicate_param', parameterNames(spelling)[field])
    found[field] = value
    if (field === 'command') spelling = name.toLowerCase() === 'callbackcommand' ? 'callback' : 'webhook'
  }
  const { sdkAppId, command, ...others } = found
  const names = parameterNames(spelling)
  if (sdkAppId === undefined) return refused('missing_param', names.sdkAppId)
  if (command === undefined) return refused('missing_param', names.command)
  if (!/^[1-9][0-9]{0,9}$/.test(sdkAppId) || Number(sdkAppId) > 0xff_ff_ff_ff) {
    return refused('malformed_param', names.sdkAppId)
  }
  return { kind: 'request', spelling, sdkAppId: Number(sdkAppId), command, ...others }
}

function refused(reason: RequestRefused['reason'], parameter: string): RequestRefused {
  return { kind: 'refused', reason, parameter }
}
