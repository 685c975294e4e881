// The operator's proxy, scripted: takes CONNECT, and does with it what the test says.

import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { parseEgressProxy } from '../../src/domain/egress/proxy.ts'
import type { EgressProxy } from '../../src/domain/egress/proxy.ts'

/** What the proxy does with a request for an address. */
export type ProxyAnswer =
  /** Opens the tunnel, to this port of loopback whatever address was asked for. */
  | { readonly kind: 'open'; readonly port: number; readonly head?: string }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'cut' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }

export interface ScriptedProxy {
  readonly proxy: EgressProxy
  /** Heads of the requests, as they came. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

const established = 'HTTP/1.1 200 Connection established\r\n\r\n'

/** @param credentials `user:password` for the proxy's URL, if the client is to send some */
export async function openProxy(
  answer: (request: string) => ProxyAnswer,
  credentials?: string,
): Promise<ScriptedProxy> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    keep(sockets, socket)
    let head = ''
    const onData = (bytes: Buffer): void => {
      head += bytes.toString('latin1')
      if (!head.endsWith('\r\n\r\n')) return
      socket.off('data', onData)
      requests.push(head)
      serve(socket, answer(head), sockets)
    }
    socket.on('data', onData)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as { port: number }
  const proxy = parseEgressProxy(`http://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${port}`)
  if (proxy === undefined) throw new TypeError('The test’s own proxy has a URL that cannot be read.')
  return {
    proxy,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function serve(socket: Socket, answer: ProxyAnswer, sockets: Set<Socket>): void {
  switch (answer.kind) {
    case 'open': {
      const far = connect({ host: '127.0.0.1', port: answer.port })
      keep(sockets, far)
      // A tunnel breaks on both sides alike.
      far.on('error', () => socket.resetAndDestroy())
      far.on('close', () => socket.destroy())
      socket.on('close', () => far.destroy())
      socket.write(answer.head ?? established)
      socket.pipe(far).pipe(socket)
      break
    }
    case 'say':
      socket.end(answer.text)
      break
    case 'cut':
      socket.end()
      break
    case 'reset':
      socket.resetAndDestroy()
      break
    case 'silence':
      break
    default:
      throw new TypeError('No such answer.')
  }
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => sockets.delete(socket))
}
