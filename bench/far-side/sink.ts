// The sink: a receiver as cheap as can be, in a process of its own. It answers every request with the same bytes, counts
// event ids and duplicates, and measures latency from the time that stands in the body. It runs on Bun.

import { bun } from './bun.ts'
import { readMessage } from './http-bytes.ts'

export interface SinkCounts {
  readonly received: number
  readonly distinct: number
}

export interface SinkReport extends SinkCounts {
  readonly duplicates: number
  /** Milliseconds between the event's `EventTime` and its arrival, sorted. */
  readonly latencies: readonly number[]
}

export interface SinkMode {
  readonly delayMs?: number
  readonly status?: number
  /** Requests whose target contains this are never answered. */
  readonly hang?: string
}

export type SinkOrder =
  | { readonly kind: 'reset' }
  /** Cheap, so that it may be asked while the service works. */
  | { readonly kind: 'count' }
  | { readonly kind: 'report' }
  | { readonly kind: 'mode'; readonly mode: SinkMode }

const okBody = '{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}'
const bytesOf = (status: number): Buffer =>
  Buffer.from(
    `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${okBody.length}\r\n\r\n${okBody}`,
  )

let mode: SinkMode = {}
let answer = bytesOf(200)
let received = 0
let duplicates = 0
let latencies: number[] = []
/** Per event, to how many webhooks it came: the same event may go to several, each has a target of its own. */
let seen = new Set<string>()

function note(head: string, bodyStart: string): void {
  received += 1
  const idAt = head.indexOf('\r\nwebhook-id: ')
  if (idAt >= 0) {
    const id = head.slice(idAt + 14, head.indexOf('\r', idAt + 14))
    const path = head.slice(5, head.indexOf('?'))
    const key = `${path} ${id}`
    if (seen.has(key)) duplicates += 1
    else seen.add(key)
  }
  const timeAt = bodyStart.indexOf('"EventTime":')
  if (timeAt < 0) return
  const at = Number(bodyStart.slice(timeAt + 12, timeAt + 25))
  latencies.push(performance.timeOrigin + performance.now() - at)
}

interface Incoming {
  rest: Buffer | undefined
}

const { port } = bun.listen<Incoming>({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    open(socket) {
      socket.data = { rest: undefined }
    },
    data(socket, chunk) {
      const { rest } = socket.data
      let bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk])
      for (let message = readMessage(bytes); message !== undefined; message = readMessage(bytes)) {
        const { head, bodyStart, end } = message
        note(head, bytes.toString('latin1', bodyStart, Math.min(end, bodyStart + 200)))
        bytes = bytes.subarray(end)
        if (mode.hang !== undefined && head.slice(0, 200).includes(mode.hang)) continue
        if (mode.delayMs === undefined) socket.write(answer)
        else setTimeout(() => socket.write(answer), mode.delayMs)
      }
      // Bun takes the chunk's memory back after this call.
      socket.data.rest = bytes.length === 0 ? undefined : Buffer.from(bytes)
    },
    drain() {},
    close() {},
    error() {},
  },
})

process.on('message', (order: SinkOrder) => {
  switch (order.kind) {
    case 'reset':
      received = 0
      duplicates = 0
      latencies = []
      seen = new Set()
      process.send?.({})
      break
    case 'count':
      process.send?.({ received, distinct: seen.size } satisfies SinkCounts)
      break
    case 'report': {
      const sorted = latencies.toSorted((left, right) => left - right)
      process.send?.({ received, distinct: seen.size, duplicates, latencies: sorted } satisfies SinkReport)
      break
    }
    case 'mode':
      mode = order.mode
      answer = bytesOf(mode.status ?? 200)
      process.send?.({})
      break
    default:
  }
})
process.on('disconnect', () => process.exit(0))
process.send?.({ port })
