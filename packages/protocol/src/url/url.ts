// From a registered URL to the request line. Everything that is the same for all events of a webhook is computed once.

import { isReservedParameter, parameterNames } from './params.ts'
import type { CarriedParameters, OptPlatform, Spelling } from './params.ts'
import { readQuery } from './query.ts'

/** Why a URL cannot be registered, as far as the wire is concerned (who may be dialled is the egress policy's question). */
export type RegisteredUrlCheck =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly reason: 'invalid_url' | 'fragment' }
  | { readonly kind: 'refused'; readonly reason: 'reserved_query'; readonly parameter: string }

/**
 * Checks what the wire asks of a URL that an app registers: an absolute `http:` or `https:` URL, no fragment, and none of our
 * own parameter names in its query, in any letter case, after decoding.
 */
export function checkRegisteredUrl(url: string): RegisteredUrlCheck {
  const parsed = parseUrl(url)
  if (parsed === undefined) return { kind: 'refused', reason: 'invalid_url' }
  // Asked of the text, because an empty fragment leaves no trace in the parsed URL.
  if (url.includes('#')) return { kind: 'refused', reason: 'fragment' }
  const reserved = readQuery(parsed.search).find(({ name }) => isReservedParameter(name))
  return reserved === undefined
    ? { kind: 'ok' }
    : { kind: 'refused', reason: 'reserved_query', parameter: reserved.name }
}

function parseUrl(url: string): URL | undefined {
  if (!URL.canParse(url)) return undefined
  const parsed = new URL(url)
  return parsed.protocol === 'http:' || parsed.protocol === 'https:' ? parsed : undefined
}

/** A URL was to be used that `checkRegisteredUrl` refuses: the promise that only checked URLs get here was broken. */
export class RegisteredUrlError extends Error {
  override readonly name = 'RegisteredUrlError'
  readonly code: 'invalid_url' | 'fragment' | 'reserved_query'

  constructor(code: 'invalid_url' | 'fragment' | 'reserved_query') {
    super(`This URL cannot carry the parameters of a webhook request: ${code}.`)
    this.code = code
  }
}

/** What is the same for all requests of one webhook. */
export interface UrlSettings {
  readonly sdkAppId: number
  readonly spelling: Spelling
  /** Whether `contenttype=json` is among the parameters. */
  readonly contentType: boolean
}

/** What differs from request to request. */
export interface TargetValues {
  readonly command: string
  readonly clientIp: string
  readonly optPlatform: OptPlatform
  /** Which of these two the command carries (the catalogue says so); both if it is left out. */
  readonly carries?: CarriedParameters
  /** Only with a token, and then together with `requestTime`. */
  readonly sign?: string | undefined
  /** Unix seconds, ten digits, as they were signed. */
  readonly requestTime?: string | undefined
}

/** A registered URL made ready: where to connect, and the request line but for what differs from request to request. */
export interface PreparedUrl {
  /** Scheme, host and port, for example `https://app.example:8443`. */
  readonly origin: string
  readonly scheme: 'http' | 'https'
  /** The `Host` header: an IPv6 address in brackets, the port only if it is not the scheme's own. */
  readonly host: string
  /** The name or address to connect to; an IPv6 address without brackets. */
  readonly hostname: string
  readonly port: number
  /** Path and query up to the command's value. */
  readonly beforeCommand: string
  /** What stands between the command's value and the client's address. */
  readonly beforeClientIp: string
  /** The same without the name of the client's address, for commands that do not carry it. */
  readonly afterCommand: string
}

/**
 * Makes a registered URL ready, once per webhook. The app's own query stays as it was written; only what cannot stand on a
 * request line (white space, controls, non-ASCII) is percent-encoded, as it is in the path.
 * @throws RegisteredUrlError if `checkRegisteredUrl` refuses the URL
 */
export function prepareUrl(registeredUrl: string, settings: UrlSettings): PreparedUrl {
  const check = checkRegisteredUrl(registeredUrl)
  if (check.kind === 'refused') throw new RegisteredUrlError(check.reason)
  const url = new URL(registeredUrl)
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const names = parameterNames(settings.spelling)
  const ownQuery = queryOf(registeredUrl)
  const joint = ownQuery === '' || ownQuery.endsWith('&') ? '' : '&'
  const contentType = settings.contentType ? `&${names.contentType}=json` : ''
  return {
    origin: url.origin,
    scheme,
    host: url.host,
    hostname: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
    beforeCommand: `${url.pathname}?${ownQuery}${joint}${names.sdkAppId}=${settings.sdkAppId}&${names.command}=`,
    beforeClientIp: `${contentType}&${names.clientIp}=`,
    afterCommand: contentType,
  }
}

/** The query as the app wrote it. `URL.search` is no help: it re-spells characters such as `'` that are fine as they are. */
function queryOf(registeredUrl: string): string {
  // A URL parser drops tabs and line ends anywhere and other controls and spaces at the ends before it reads anything.
  const text = registeredUrl.replaceAll(/[\t\n\r]/g, '').replaceAll(/^[\0- ]+|[\0- ]+$/g, '')
  const mark = text.indexOf('?')
  if (mark < 0) return ''
  return text.slice(mark + 1).replaceAll(/[^!-~]+/g, (run) => encodeURIComponent(run.toWellFormed()))
}

/**
 * Path and query for the request line, in the order that the wire fixes. Cheap: one string is put together.
 * @example requestTarget(prepared, { command: 'Live.CallbackAfterCreateRoom', clientIp: '203.0.113.9', optPlatform: 'iOS' })
 */
export function requestTarget(prepared: PreparedUrl, values: TargetValues): string {
  const { carries } = values
  const clientIp =
    carries?.clientIp === false ? prepared.afterCommand : prepared.beforeClientIp + encodeURIComponent(values.clientIp)
  const optPlatform = carries?.optPlatform === false ? '' : `&OptPlatform=${encodeURIComponent(values.optPlatform)}`
  const target = prepared.beforeCommand + encodeURIComponent(values.command) + clientIp + optPlatform
  const { sign, requestTime } = values
  if (sign !== undefined && requestTime !== undefined) return `${target}&Sign=${sign}&RequestTime=${requestTime}`
  if (sign !== undefined || requestTime !== undefined) throw new TypeError('Sign and RequestTime go out together.')
  return target
}

/** The whole URL of one request, for people and tools: `livehook sign --url`, a `curl` line, a test. */
export function joinUrl(registeredUrl: string, params: UrlSettings & TargetValues): string {
  const prepared = prepareUrl(registeredUrl, params)
  return prepared.origin + requestTarget(prepared, params)
}

/**
 * Hides the value of `Sign` in a request target, a URL or a query, in any letter case and however its name is encoded, so that
 * the text may be kept and shown.
 */
export function maskSign(target: string): string {
  return target.replaceAll(/(^|[?&])([^=&#?]*)=[^&#]*/g, (whole: string, before: string, name: string) => {
    const decoded = readQuery(name)[0]?.name.toLowerCase()
    return decoded === 'sign' ? `${before}${name}=***` : whole
  })
}
