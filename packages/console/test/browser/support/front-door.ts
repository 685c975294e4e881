// What stands between browser and service: passes bytes on, keeps its port while the service behind it restarts, and
// can be told to break live streams off, as a network would.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface FrontDoor {
  readonly port: number
  /** Where to pass on to from now on. */
  leadTo(port: number): void
  allowStreams(allowed: boolean): void
  /** Connections stand, and nothing of the service comes through them, until it goes on. */
  standStill(stands: boolean): void
  close(): Promise<void>
}

export async function openFrontDoor(port: number): Promise<FrontDoor> {
  const open = new Set<Socket>()
  const streams = new Set<Socket>()
  let behind = port
  let allowed = true
  let stands = false
  const pairs = new Map<Socket, Socket>()
  const server = createServer((socket) => {
    const inner = connect(behind, '127.0.0.1')
    for (const end of [socket, inner]) {
      open.add(end)
      end.on('error', () => undefined)
      end.on('close', () => {
        open.delete(end)
        streams.delete(end)
        pairs.delete(inner)
        socket.destroy()
        inner.destroy()
      })
    }
    socket.on('data', (bytes) => {
      // A browser keeps connections alive, so that a stream may be asked for on any of them.
      if (!bytes.toString('latin1').startsWith('GET /v1/stream')) return
      if (allowed) streams.add(socket)
      else socket.destroy()
    })
    socket.pipe(inner)
    pairs.set(inner, socket)
    if (!stands) inner.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The front door has no port.')
  return {
    port: address.port,
    leadTo: (next) => {
      behind = next
    },
    allowStreams: (next) => {
      allowed = next
      if (!next) for (const stream of streams) stream.destroy()
    },
    standStill: (next) => {
      stands = next
      for (const [inner, socket] of pairs) {
        if (stands) inner.unpipe(socket)
        else inner.pipe(socket)
      }
    },
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
