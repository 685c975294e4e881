// The sink: a receiver as cheap as can be, in a process of its own. It answers every request with the same bytes, counts
// event ids and duplicates, and measures latency from the time that stands in the body.
//
// Asked over IPC: {kind:'report'} gives counts since the last {kind:'reset'}; {kind:'mode', delayMs, status, hang} changes it.

import type { Socket } from 'node:net'
import { createServer } from 'node:net'

export interface SinkReport {
  readonly received: number
  readonly distinct: number
  readonly duplicates: number
  /** Milliseconds between the event's `EventTime` and its arrival, sorted. */
  readonly latencies: readonly number[]
}

export interface SinkMode {
  readonly delayMs?: number
  readonly status?: number
  /** Requests whose path contains this are never answered. */
  readonly hang?: string
}

const okBody = '{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}'
const bytesOf = (status: number): Buffer =>
  Buffer.from(
    `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${okBody.length}\r\n\r\n${okBody}`,
  )

let mode: SinkMode = {}
let answer = bytesOf(200)
let received = 0
let latencies: number[] = []
let ids = new Map<string, number>()

function handle(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const headEnd = rest.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const head = rest.toString('latin1', 0, headEnd)
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
      const end = headEnd + 4 + length
      if (rest.length < end) return
      note(head, rest.toString('latin1', headEnd + 4, Math.min(end, headEnd + 204)))
      rest = rest.subarray(end)
      if (mode.hang !== undefined && head.slice(0, 200).includes(mode.hang)) continue
      if (mode.delayMs === undefined) socket.write(answer)
      else setTimeout(() => socket.write(answer), mode.delayMs)
    }
  })
}

function note(head: string, bodyStart: string): void {
  received += 1
  const id = /\r\nwebhook-id: (\S+)/i.exec(head)?.[1]
  if (id !== undefined) ids.set(id, (ids.get(id) ?? 0) + 1)
  const at = /"EventTime":(\d{13})/.exec(bodyStart)?.[1]
  if (at !== undefined) latencies.push(performance.timeOrigin + performance.now() - Number(at))
}

function report(): SinkReport {
  const duplicates = [...ids.values()].reduce((sum, count) => sum + count - 1, 0)
  return { received, distinct: ids.size, duplicates, latencies: latencies.toSorted((left, right) => left - right) }
}

type Order =
  | { readonly kind: 'reset' }
  | { readonly kind: 'report' }
  | { readonly kind: 'mode'; readonly mode: SinkMode }

process.on('message', (order: Order) => {
  if (order.kind === 'reset') {
    received = 0
    latencies = []
    ids = new Map()
    process.send?.({ kind: 'done' })
  } else if (order.kind === 'mode') {
    mode = order.mode
    answer = bytesOf(mode.status ?? 200)
    process.send?.({ kind: 'done' })
  } else {
    process.send?.({ kind: 'report', report: report() })
  }
})
process.on('disconnect', () => process.exit(0))

const server = createServer(handle).listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ kind: 'ready', port: typeof address === 'object' && address !== null ? address.port : 0 })
})
