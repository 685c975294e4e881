// The load: prebuilt requests over kept-alive connections, written and read with as little work as can be, in a process of
// its own that runs on Bun. Closed loop (each connection sends when it was answered) or open loop (at scheduled times,
// whatever comes back when).

import { bun } from './bun.ts'
import type { BunSocket } from './bun.ts'
import { readMessage } from './http-bytes.ts'

export interface LoadTarget {
  readonly port: number
  readonly path: string
  /** Header lines without their ends. */
  readonly headers: readonly string[]
  /** `@TIME` becomes the time of sending (13 digits), `@N` a running number of nine digits. */
  readonly body: string
  readonly connections: number
}

export interface LoadOrder {
  /** Requests go to them in turn. */
  readonly targets: readonly LoadTarget[]
  readonly count: number
  /** Open loop: requests a second, to all targets together. Absent: closed loop. */
  readonly ratePerSecond?: number
}

export interface Answered {
  /** Milliseconds after the start at which it was sent, or had to be. */
  readonly at: number
  readonly ms: number
}

export interface TargetReport {
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<string, number>>
  /** In the order of the answers: from the scheduled (open loop) or actual time of sending to the complete answer. */
  readonly answered: readonly Answered[]
}

export interface LoadReport {
  readonly seconds: number
  readonly targets: readonly TargetReport[]
}

class Line {
  onAnswer: ((status: string) => void) | undefined
  socket: BunSocket<Line> | undefined
  #unsent: Buffer | undefined
  #rest: Buffer | undefined

  ask(request: Buffer): Promise<string> {
    const answer = new Promise<string>((resolve) => {
      this.onAnswer = resolve
    })
    this.#send(request)
    return answer
  }

  #send(bytes: Buffer): void {
    const taken = this.socket?.write(bytes) ?? -1
    if (taken < 0) throw new Error('the service closed a connection')
    this.#unsent = taken < bytes.length ? bytes.subarray(taken) : undefined
  }

  drained(): void {
    if (this.#unsent !== undefined) this.#send(this.#unsent)
  }

  take(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    const message = readMessage(bytes)
    // Bun takes the chunk's memory back after this call.
    this.#rest = message === undefined ? Buffer.from(bytes) : undefined
    if (message !== undefined) this.onAnswer?.(message.head.slice(9, 12))
  }
}

async function openLine(port: number): Promise<Line> {
  const line = new Line()
  line.socket = await bun.connect<Line>({
    hostname: '127.0.0.1',
    port,
    socket: {
      open() {},
      data: (_socket, bytes) => line.take(bytes),
      drain: () => line.drained(),
      close: () => undefined,
      error: (_socket, error) => {
        throw error
      },
    },
  })
  return line
}

/** One target while the load runs. */
class Aim {
  readonly #target: LoadTarget
  readonly #free: Line[]
  readonly #waiting: ((line: Line) => void)[] = []
  readonly lines: readonly Line[]
  readonly statuses: Record<string, number> = {}
  readonly answered: Answered[] = []
  #number = 0

  constructor(target: LoadTarget, lines: readonly Line[]) {
    this.#target = target
    this.lines = lines
    this.#free = [...lines]
  }

  /** Sends one request on a connection that is free. */
  async once(line: Line, startedAt: number, scheduledAt: number): Promise<void> {
    const status = await line.ask(this.#request())
    this.statuses[status] = (this.statuses[status] ?? 0) + 1
    this.answered.push({ at: scheduledAt - startedAt, ms: performance.now() - scheduledAt })
  }

  /** The same at a scheduled time: if no connection is free it waits for one, and the wait counts. */
  async scheduled(startedAt: number, scheduledAt: number): Promise<void> {
    const line = this.#free.pop() ?? (await new Promise<Line>((resolve) => this.#waiting.push(resolve)))
    await this.once(line, startedAt, scheduledAt)
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(line)
    else next(line)
  }

  #request(): Buffer {
    const { path, headers, body } = this.#target
    const time = String(Math.round(performance.timeOrigin + performance.now()))
    this.#number += 1
    const text = body.replaceAll('@TIME', time).replaceAll('@N', String(this.#number).padStart(9, '0'))
    const head = [`POST ${path} HTTP/1.1`, 'host: 127.0.0.1', ...headers, `content-length: ${Buffer.byteLength(text)}`]
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
  }
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const aims = await Promise.all(
    order.targets.map(async (target) => {
      const lines = await Promise.all(Array.from({ length: target.connections }, () => openLine(target.port)))
      return new Aim(target, lines)
    }),
  )
  const startedAt = performance.now()
  await (order.ratePerSecond === undefined
    ? closedLoop(order, aims, startedAt)
    : openLoop(order.count, order.ratePerSecond, { aims, startedAt }))
  const seconds = (performance.now() - startedAt) / 1000
  for (const { lines } of aims) for (const line of lines) line.socket?.end()
  return { seconds, targets: aims.map(({ statuses, answered }) => ({ statuses, answered })) }
}

async function closedLoop(order: LoadOrder, aims: readonly Aim[], startedAt: number): Promise<void> {
  let sent = 0
  await Promise.all(
    aims.flatMap((aim) =>
      aim.lines.map(async (line) => {
        while (sent < order.count) {
          sent += 1
          await aim.once(line, startedAt, performance.now())
        }
      }),
    ),
  )
}

async function openLoop(
  count: number,
  ratePerSecond: number,
  { aims, startedAt }: { readonly aims: readonly Aim[]; readonly startedAt: number },
): Promise<void> {
  const underWay: Promise<void>[] = []
  for (let number = 0; number < count; number += 1) {
    const planned = startedAt + (number * 1000) / ratePerSecond
    if (planned - performance.now() > 0.2) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, planned - performance.now())))
    }
    // A timer of this process that rings late is no delay of the service's; a connection that is not free is.
    const aim = aims[number % aims.length]
    if (aim !== undefined) underWay.push(aim.scheduled(startedAt, performance.now()))
  }
  await Promise.all(underWay)
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((report) => process.send?.(report))
})
process.on('disconnect', () => process.exit(0))
