// The processes around the service: sink, generator, bare client and bare server. Each answers one order after the other.

import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BareOrder, BareReport } from './far-side/bare-client.ts'
import type { BareServerReport } from './far-side/bare-server.ts'
import type { LoadOrder, LoadReport } from './far-side/generator.ts'
import type { SinkCounts, SinkMode, SinkOrder, SinkReport } from './far-side/sink.ts'

export type { LoadOrder, LoadReport, LoadTarget } from './far-side/generator.ts'
export type { SinkReport } from './far-side/sink.ts'

const folder = join(import.meta.dirname, 'far-side')
export const sourceArguments = ['--conditions=source', '--disable-warning=ExperimentalWarning']

function bunPath(): string {
  const name = `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`
  const path = join(import.meta.dirname, '../runtimes/node_modules', name, 'bin', 'bun')
  if (!existsSync(path)) throw new Error(`The far sides of the benchmark run on Bun, and ${name} is not installed.`)
  return path
}

class FarSide {
  readonly process: ChildProcess

  constructor(file: string, runtime: 'node' | 'bun') {
    this.process = fork(join(folder, file), {
      ...(runtime === 'bun' ? { execPath: bunPath(), execArgv: [] } : { execArgv: sourceArguments }),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.process.setMaxListeners(0)
  }

  /** Sends an order, if there is one, and waits for the next message. */
  async ask<Answer>(order?: object): Promise<Answer> {
    const over = new AbortController()
    const answer = once(this.process, 'message', over)
    // A process that ends instead of answering must not leave the benchmark waiting for ever.
    const ended = once(this.process, 'exit', over).then(([code]) => {
      throw new Error(`a process of the benchmark ended with exit code ${String(code)} instead of answering`)
    })
    if (order !== undefined) this.process.send(order)
    try {
      const [message] = await Promise.race([answer, ended])
      return message as Answer
    } finally {
      ended.catch(() => undefined)
      answer.catch(() => undefined)
      over.abort()
    }
  }

  close(): void {
    this.process.disconnect()
  }
}

export interface Sink {
  readonly port: number
  reset(): Promise<void>
  setMode(mode: SinkMode): Promise<void>
  count(): Promise<SinkCounts>
  report(): Promise<SinkReport>
  close(): void
}

export async function openSink(): Promise<Sink> {
  const side = new FarSide('sink.ts', 'bun')
  const ask = <Answer>(order: SinkOrder): Promise<Answer> => side.ask<Answer>(order)
  const { port } = await side.ask<{ port: number }>()
  return {
    port,
    reset: () => ask({ kind: 'reset' }),
    setMode: (mode) => ask({ kind: 'mode', mode }),
    count: () => ask({ kind: 'count' }),
    report: () => ask({ kind: 'report' }),
    close: () => side.close(),
  }
}

async function runOnce<Report>(file: string, runtime: 'node' | 'bun', order: object): Promise<Report> {
  const side = new FarSide(file, runtime)
  const report = await side.ask<Report>(order)
  side.close()
  return report
}

export function generateLoad(order: LoadOrder): Promise<LoadReport> {
  return runOnce('generator.ts', 'bun', order)
}

export function runBareClient(order: BareOrder): Promise<BareReport> {
  return runOnce('bare-client.ts', 'node', order)
}

export interface BareServer {
  readonly port: number
  reset(): Promise<void>
  report(): Promise<BareServerReport>
  close(): void
}

export async function openBareServer(): Promise<BareServer> {
  const side = new FarSide('bare-server.ts', 'node')
  const { port } = await side.ask<{ port: number }>()
  return {
    port,
    reset: () => side.ask({ kind: 'reset' }),
    report: () => side.ask({ kind: 'report' }),
    close: () => side.close(),
  }
}
