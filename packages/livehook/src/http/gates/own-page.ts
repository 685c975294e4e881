// What a browser is let do with a cookie: only what a page of ours asks for, and only under a name that is ours. Fails closed.

import type { FastifyRequest } from 'fastify'
import { isIP, isIPv6 } from 'node:net'
import { ServiceError } from '../../domain/errors/service-error.ts'

/** `__Host-` binds the cookie to exactly this origin; browsers take it from https and from loopback addresses only. */
export const secureCookie = '__Host-livehook'
/** If the service is reached over plain http under another name, the prefix cannot be used. */
export const plainCookie = 'livehook'

export interface OwnPageDeps {
  /** Where people reach the service, from the settings; `undefined` if nothing is set. */
  readonly publicUrl: URL | undefined
  /** What the service listens on, from the settings: an address or a name. */
  readonly listenHost: string
}

/** The session's secret from the cookie, if there is one. Over https only the cookie that other hosts cannot set counts. */
export function sessionSecret(deps: OwnPageDeps, request: FastifyRequest): string | undefined {
  const wanted = isSecure(deps, request) ? secureCookie : plainCookie
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === wanted && value !== undefined && value !== '') return value
  }
  return undefined
}

/**
 * Browsers take `Secure` cookies from https and, over plain http, from this very machine. Under the public name it is https that
 * counts there, also if a proxy does not say so.
 */
export function isSecure({ publicUrl }: OwnPageDeps, request: FastifyRequest): boolean {
  if (request.protocol === 'https') return true
  if (publicUrl?.protocol === 'https:' && request.host.toLowerCase() === publicUrl.host) return true
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/.test(request.host)
}

/**
 * A browser sends cookies along with requests that another site's page makes. Such a request names its page in `Origin`
 * or `Sec-Fetch-Site`; what changes something must come from a page of ours.
 * @throws ServiceError `forbidden`
 */
export function requireOwnPage(deps: OwnPageDeps, request: FastifyRequest): void {
  requireOwnName(deps, request)
  if (request.method === 'GET' || request.method === 'HEAD') return
  const { origin } = request.headers
  const { host } = request
  const site = request.headers['sec-fetch-site']
  const ownOrigins = [`http://${host}`, `https://${host}`, deps.publicUrl?.origin]
  if (origin === undefined || !ownOrigins.includes(origin) || (site !== undefined && site !== 'same-origin')) {
    throw new ServiceError('forbidden', 'A request with a cookie must come from a page of this service itself.')
  }
}

/**
 * Someone else's name can be made to lead to this machine's address, and the browser then takes the page of that someone for
 * one of ours (DNS rebinding). An address cannot be taken over like that, nor `localhost`, nor a name from the settings.
 * @throws ServiceError `unknown_host`
 */
function requireOwnName(deps: OwnPageDeps, request: FastifyRequest): void {
  if (isOwnName(request.host, { publicHost: deps.publicUrl?.host, listenHost: deps.listenHost })) return
  throw new ServiceError(
    'unknown_host',
    `The console was opened under the name ${JSON.stringify(request.host)}, which is none of this service's. ` +
      'Open it by its address, or set LIVEHOOK_PUBLIC_URL to where people reach it.',
  )
}

/**
 * Whether a `Host` is one that no one else can own.
 * @param names `publicHost`: host and port of LIVEHOOK_PUBLIC_URL; `listenHost`: LIVEHOOK_HOST, under any port
 */
export function isOwnName(
  host: string,
  { publicHost, listenHost }: { readonly publicHost: string | undefined; readonly listenHost: string },
): boolean {
  const lower = host.toLowerCase()
  if (lower === publicHost) return true
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/.exec(lower)?.[1]
  if (bracketed !== undefined) return isIPv6(bracketed)
  const name = /^([^:]+)(?::\d{1,5})?$/.exec(lower)?.[1]
  if (name === undefined) return false
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || name === listenHost.toLowerCase()
}
