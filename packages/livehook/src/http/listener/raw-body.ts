// What requests share whose body is an event: bytes that leave as they came.

import type { FastifyRequest } from 'fastify'
import { isIP } from 'node:net'
import { ServiceError } from '../../domain/errors/service-error.ts'

/** The address of anyone who called, as a plain IPv4 address if it is one. */
export function callerAddress(request: FastifyRequest): string {
  // A trusted proxy may write what it likes, and some write `unknown`.
  const address = isIP(request.ip) === 0 ? (request.socket.remoteAddress ?? '') : request.ip
  return address.replace(/^::ffff:(?=\d+\.)/, '')
}

/** A garbled trace context is dropped, as W3C Trace Context (section 3.2) asks for. */
export function traceOf(request: FastifyRequest): { readonly traceparent?: string } {
  const { traceparent } = request.headers
  return typeof traceparent === 'string' && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)
    ? { traceparent }
    : {}
}

export function mediaType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** The bytes go out as they came in, so nothing may be encoded: no compression, no charset but UTF-8. */
export function encodingProblem(request: FastifyRequest): ServiceError | null {
  const encoding = request.headers['content-encoding']
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1]
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new ServiceError('unsupported_media_type', 'Send the body as it is, without content-encoding.')
  }
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    return new ServiceError('unsupported_media_type', 'Send the body in UTF-8.')
  }
  if ((request.headers['content-type'] ?? '').includes(',')) {
    return new ServiceError('unsupported_media_type', 'Send exactly one content-type.')
  }
  return null
}
