// One request over a socket of its own, byte by byte as a test wants it, and what came back.

import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface RawAnswer {
  /** `closed` if the connection ended without an answer. */
  readonly status: number | 'closed'
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  /** Whether `100 Continue` came first. */
  readonly toldToGoOn: boolean
}

export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Instead of the body's own. */
  readonly contentLength?: number
}

/** The bytes of a request; it asks for the connection to be closed. */
export function bytesOf({ method, path, headers = {}, body, contentLength }: RawRequest): Buffer {
  const length = contentLength ?? body?.length
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'connection: close',
    ...(length === undefined ? [] : [`content-length: ${length}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body ?? Buffer.alloc(0)])
}

export interface Connection {
  readonly socket: Socket
  readonly answer: Promise<RawAnswer>
}

/** Opens a connection; the answer is there when it is complete, or when the other side closes. */
export function open(url: string, localAddress?: string): Connection {
  const { hostname, port } = new URL(url)
  const socket = connect({
    host: hostname,
    port: Number(port),
    ...(localAddress === undefined ? {} : { localAddress }),
  })
  const answer = new Promise<RawAnswer>((resolve) => {
    let received: Buffer = Buffer.alloc(0)
    const end = (): void =>
      resolve(parse(received) ?? { status: 'closed', headers: new Map(), text: '', toldToGoOn: false })
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes])
      const parsed = parse(received)
      const length = Number(parsed?.headers.get('content-length') ?? Number.NaN)
      if (parsed !== undefined && Buffer.byteLength(parsed.text) >= length) resolve(parsed)
    })
    socket.on('end', end)
    socket.on('close', end)
    socket.on('error', end)
  })
  return { socket, answer }
}

/** Sends bytes and waits for the answer. */
export async function exchange(url: string, bytes: Uint8Array, localAddress?: string): Promise<RawAnswer> {
  const { socket, answer } = open(url, localAddress)
  socket.write(bytes)
  try {
    return await answer
  } finally {
    socket.destroy()
  }
}

function parse(received: Buffer): RawAnswer | undefined {
  let text = received.toString('utf8')
  let toldToGoOn = false
  while (text.startsWith('HTTP/1.1 100 ')) {
    toldToGoOn = true
    text = text.slice(text.indexOf('\r\n\r\n') + 4)
  }
  const end = text.indexOf('\r\n\r\n')
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]
  if (end < 0 || status === undefined) return undefined
  const lines = text.slice(0, end).split('\r\n').slice(1)
  const headers = new Map(
    lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  )
  // What comes after it belongs to another request that was read out of the same bytes.
  const body = Buffer.from(text.slice(end + 4))
  const length = Number(headers.get('content-length') ?? body.length)
  return { status: Number(status), headers, text: body.subarray(0, length).toString(), toldToGoOn }
}
