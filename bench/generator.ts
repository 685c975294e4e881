// The load: prebuilt requests over kept-alive connections, written and read with as little work as can be, in a process
// of its own. Closed loop (each connection sends when it was answered) or open loop (at scheduled times, whatever comes).

import { connect } from 'node:net'

export interface LoadOrder {
  readonly port: number
  readonly path: string
  readonly key: string
  readonly connections: number
  readonly count: number
  /** Open loop: requests a second. Absent: closed loop. */
  readonly ratePerSecond?: number
  readonly contentType: string
  /** One request's body; `@TIME` becomes the time of sending (13 digits), `@N` a running number of nine digits. */
  readonly body: string
}

export interface LoadReport {
  readonly seconds: number
  readonly answers: Readonly<Record<string, number>>
  /** Milliseconds from the scheduled (open loop) or actual time of sending to the complete answer, sorted. */
  readonly latencies: readonly number[]
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((report) => process.send?.(report))
})
process.on('disconnect', () => process.exit(0))

async function run(order: LoadOrder): Promise<LoadReport> {
  const answers: Record<string, number> = {}
  const latencies: number[] = []
  const head = [
    `POST ${order.path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${order.key}`,
    `content-type: ${order.contentType}`,
    `content-length: ${Buffer.byteLength(fill(order.body, 0))}`,
  ].join('\r\n')
  let sent = 0
  const startedAt = performance.now()
  const lines = Array.from({ length: order.connections }, () => openLine(order.port))
  const idle = await Promise.all(lines)
  const request = (number: number): string => `${head}\r\n\r\n${fill(order.body, number)}`
  const once = async (line: Line, scheduledAt: number): Promise<void> => {
    const status = await line.ask(request(sent++))
    answers[status] = (answers[status] ?? 0) + 1
    latencies.push(performance.now() - scheduledAt)
  }
  if (order.ratePerSecond === undefined) {
    await Promise.all(
      idle.map(async (line) => {
        while (sent < order.count) await once(line, performance.now())
      }),
    )
  } else {
    await openLoop(order, { idle, startedAt, once })
  }
  for (const line of idle) line.close()
  return {
    seconds: (performance.now() - startedAt) / 1000,
    answers,
    latencies: latencies.toSorted((left, right) => left - right),
  }
}

/** Requests start at their scheduled times; where no connection is free they wait, and the wait counts. */
async function openLoop(
  order: LoadOrder,
  parts: {
    readonly idle: Line[]
    readonly startedAt: number
    readonly once: (line: Line, at: number) => Promise<void>
  },
): Promise<void> {
  const free = [...parts.idle]
  const waiting: ((line: Line) => void)[] = []
  const underWay: Promise<void>[] = []
  const intervalMs = 1000 / (order.ratePerSecond ?? 1)
  for (let number = 0; number < order.count; number += 1) {
    const at = parts.startedAt + number * intervalMs
    const wait = at - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    underWay.push(
      (async () => {
        const line = free.pop() ?? (await new Promise<Line>((resolve) => waiting.push(resolve)))
        await parts.once(line, at)
        const next = waiting.shift()
        if (next === undefined) free.push(line)
        else next(line)
      })(),
    )
  }
  await Promise.all(underWay)
}

function fill(body: string, number: number): string {
  const time = String(Math.round(performance.timeOrigin + performance.now()))
  return body.replaceAll('@TIME', time).replaceAll('@N', String(number).padStart(9, '0'))
}

interface Line {
  /** @returns the status code */
  ask(request: string): Promise<string>
  close(): void
}

function openLine(port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    let answered: ((status: string) => void) | undefined
    let text = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.setNoDelay(true)
      resolve({
        ask: (request) =>
          new Promise((done) => {
            answered = done
            socket.write(request)
          }),
        close: () => socket.destroy(),
      })
    })
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('data', (chunk: string) => {
      text += chunk
      const headEnd = text.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? 0)
      if (text.length < headEnd + 4 + length) return
      const status = text.slice(9, 12)
      text = text.slice(headEnd + 4 + length)
      answered?.(status)
    })
  })
}
