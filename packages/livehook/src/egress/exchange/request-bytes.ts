// The request as bytes: one POST with a length, in one piece, its body as it came in (I8).

import type { PreparedRequest } from '../port.ts'

/** A request cannot be written: a character in it would end its line, or cannot be put on the wire. A bug of ours, never the app's. */
export class RequestBytesError extends Error {
  override readonly name = 'RequestBytesError'
  readonly code = 'unwritable_request'

  constructor(part: string) {
    super(`The ${part} holds a character that cannot go on the wire.`)
  }
}

/**
 * Writes a request.
 * @param authority what goes into `Host`: host and port as registered
 * @throws {RequestBytesError} if the target or a header cannot be written
 */
export function writeRequest(authority: string, prepared: PreparedRequest, body: Uint8Array): Buffer {
  if (!/^\/[!-~]*$/.test(prepared.target)) throw new RequestBytesError('request target')
  let head = `POST ${prepared.target} HTTP/1.1\r\nhost: ${authority}\r\n`
  const { headers } = prepared
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || isFraming(name)) continue
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw new RequestBytesError('name of a header')
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) throw new RequestBytesError('value of a header')
    head += `${name}: ${value}\r\n`
  }
  head += `content-length: ${body.length}\r\n\r\n`
  const bytes = Buffer.allocUnsafe(head.length + body.length)
  bytes.write(head, 0, 'latin1')
  bytes.set(body, head.length)
  return bytes
}

/** What says where the request ends and whom it is for is said by us alone. */
function isFraming(name: string): boolean {
  return name === 'host' || name === 'content-length' || name === 'transfer-encoding' || name === 'connection'
}
