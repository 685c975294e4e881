// What the listener itself does with requests that no route sees: garbled ones, those that never end, those that ask before they
// send. Every answer is a problem, as everywhere.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorCodes, ServiceError } from '../../domain/errors/service-error.ts'
import { STATUS_CODES } from './node-http.ts'
import { problemText } from '../present/problem.ts'

/** How long a request may take to arrive, in milliseconds: one that drips in byte by byte holds a connection no longer. */
export interface RequestBounds {
  readonly headMs: number
  readonly wholeMs: number
  /** How often Node looks for requests that take too long: its own half minute would double every bound. */
  readonly checkEveryMs: number
}

export const requestBounds: RequestBounds = { headMs: 10_000, wholeMs: 30_000, checkEveryMs: 2000 }

/** @returns answers what could not be read as a request, and closes the connection */
export function createAnswerGarbled(
  bounds: RequestBounds,
): (error: Error & { readonly code?: string }, socket: Duplex) => void {
  return (error, socket) => {
    // A client that is gone needs no answer.
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    if (socket.writable) socket.write(rawAnswer(garbledProblem(bounds, error.code)))
    socket.destroy()
  }
}

function garbledProblem({ headMs, wholeMs }: RequestBounds, code = 'unknown'): ServiceError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ServiceError(
        'request_timeout',
        `The request did not arrive in time: ${headMs / 1000} s for its head, ${wholeMs / 1000} s for all of it.`,
      )
    case 'HPE_HEADER_OVERFLOW':
      return new ServiceError('headers_too_large', 'The URL and the headers have at most 16 KiB together.')
    default:
      return new ServiceError('invalid_request', 'The request is no well-formed HTTP/1.1.')
  }
}

/** Takes care of what Node leaves open: CONNECT, and `Expect`. */
export function teachManners(server: Server): void {
  server.on('connect', (_request, socket) => {
    socket.end(rawAnswer(new ServiceError('method_not_allowed', 'This is no proxy: nothing is tunnelled.')))
  })
  server.on('checkExpectation', (_request, response) => {
    const problem = new ServiceError('expectation_failed', 'Of all expectations only 100-continue is known.')
    const text = Buffer.from(problemText(problem))
    const headers = { 'content-type': 'application/problem+json', 'content-length': text.length, connection: 'close' }
    response.writeHead(417, headers).end(text)
  })
  server.on('checkContinue', (request, response) => {
    continueWhenRead(request, response)
    server.emit('request', request, response)
  })
}

/** Who asks before it sends is told to go on when its body begins to be read: what is refused by its head never travels. */
function continueWhenRead(request: IncomingMessage, response: ServerResponse): void {
  const resume = request.resume.bind(request)
  // No one can tell whether a body that was not asked for follows all the same.
  response.shouldKeepAlive = false
  request.resume = () => {
    request.resume = resume
    if (!response.headersSent) {
      response.shouldKeepAlive = true
      response.writeContinue()
    }
    return resume()
  }
}

function rawAnswer(problem: ServiceError): Buffer {
  const { status } = errorCodes[problem.code]
  const text = Buffer.from(problemText(problem))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${text.length}`,
    'connection: close',
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), text])
}

/**
 * Refuses a request with no `Host` header or with two, as RFC 9112 (section 3.2) wants it: anyone who stands in front may have read
 * the other. Node would refuse the first kind without a word.
 * @throws ServiceError `invalid_request`
 */
export function requireOneHost({ rawHeaders, httpVersion }: Pick<IncomingMessage, 'rawHeaders' | 'httpVersion'>): void {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0'))
    throw new ServiceError('invalid_request', 'A request has exactly one Host header.')
}

/**
 * Refuses a body in chunks from a client of HTTP/1.0, which does not know them: anyone who stands in front, and reads by the same
 * version, takes the chunks for the next request.
 * @throws ServiceError `invalid_request`
 */
export function requireKnownFraming({ headers, httpVersion }: Pick<IncomingMessage, 'headers' | 'httpVersion'>): void {
  if (httpVersion !== '1.0' || headers['transfer-encoding'] === undefined) return
  throw new ServiceError('invalid_request', 'HTTP/1.0 has no transfer-encoding; send content-length, or HTTP/1.1.')
}

/**
 * What an address that no route answers means: 405 with `Allow` if only the method is wrong, otherwise 404.
 * @param routes every route, method and URL as Fastify writes them
 */
export function createMissing(routes: readonly { readonly method: string; readonly url: string }[]): (request: {
  readonly method: string
  readonly url: string
}) => {
  readonly problem: ServiceError
  readonly allow: string | undefined
} {
  let patterns: readonly { readonly method: string; readonly pattern: RegExp }[] | undefined
  return ({ method, url }) => {
    patterns ??= routes.map((route) => ({ method: route.method, pattern: patternOf(route.url) }))
    const path = url.split('?', 1)[0] ?? ''
    const allowed = [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map((route) => route.method))]
    // A method that is allowed did not fail for its sake: a parameter in the path is longer than any of ours.
    if (allowed.length === 0 || allowed.includes(method)) {
      const problem = new ServiceError('not_found', 'There is nothing at this address. docs/api.md lists the routes.')
      return { problem, allow: undefined }
    }
    const problem = new ServiceError('method_not_allowed', `This address takes ${allowed.join(', ')}, not ${method}.`)
    return { problem, allow: allowed.join(', ') }
  }
}

function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+')}$`)
}
