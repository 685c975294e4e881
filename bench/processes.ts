// The processes of a benchmark: sink, load generator, bare client, and the service as a stranger would run it.

import type { ChildProcess } from 'node:child_process'
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BareOrder, BareReport } from './bare-client.ts'
import type { LoadOrder, LoadReport } from './generator.ts'
import type { SinkMode, SinkReport } from './sink.ts'

const here = import.meta.dirname
const sourceArguments = ['--conditions=source', '--disable-warning=ExperimentalWarning']

function child(file: string): ChildProcess {
  return fork(join(here, file), { execArgv: sourceArguments, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

async function answerOf<Answer>(process: ChildProcess, order?: object): Promise<Answer> {
  const answer = once(process, 'message')
  // A process that ends instead of answering must not leave the benchmark waiting for ever.
  const ended = once(process, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with exit code ${String(code)} instead of answering`)
  })
  if (order !== undefined) process.send(order)
  const [message] = await Promise.race([answer, ended])
  ended.catch(() => undefined)
  return message as Answer
}

export interface Sink {
  readonly port: number
  reset(): Promise<void>
  setMode(mode: SinkMode): Promise<void>
  report(): Promise<SinkReport>
  close(): void
}

export async function openSink(): Promise<Sink> {
  const process = child('sink.ts')
  const { port } = await answerOf<{ port: number }>(process)
  return {
    port,
    reset: async () => void (await answerOf(process, { kind: 'reset' })),
    setMode: async (mode) => void (await answerOf(process, { kind: 'mode', mode })),
    report: async () => (await answerOf<{ report: SinkReport }>(process, { kind: 'report' })).report,
    close: () => process.disconnect(),
  }
}

export async function generateLoad(order: LoadOrder): Promise<LoadReport> {
  const process = child('generator.ts')
  const report = await answerOf<LoadReport>(process, order)
  process.disconnect()
  return report
}

export async function runBareClient(order: BareOrder): Promise<BareReport> {
  const process = child('bare-client.ts')
  const report = await answerOf<BareReport>(process, order)
  process.disconnect()
  return report
}

export interface BenchService {
  readonly port: number
  readonly key: string
  /** CPU seconds of all its threads so far. */
  cpuSeconds(): number
  /** Resident memory in bytes. */
  residentBytes(): number
  /** Bytes of the data file after everything in the log has been moved into it. */
  diskBytes(): Promise<number>
  call(method: string, path: string, body?: object): Promise<Record<string, unknown>>
  readonly startMs: number
  stop(): Promise<void>
  remove(): Promise<void>
}

/** Starts `livehook serve` from the sources, on a data folder that is given or made. */
export async function startBenchService(folder?: string): Promise<BenchService> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'livehook-bench-')))
  const key = 'bench-admin-key-0123456789'
  const startedAt = performance.now()
  const service = spawn(
    process.execPath,
    [
      ...sourceArguments,
      join(here, '../packages/livehook/src/main.ts'),
      'serve',
      '--port',
      '0',
      '--store',
      `sqlite:${join(data, 'bench.db')}`,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        LIVEHOOK_ADMIN_KEY: key,
        LIVEHOOK_EGRESS_ALLOW: '127.0.0.0/8',
        LIVEHOOK_LOG_LEVEL: 'warn',
      },
    },
  )
  const closed = once(service, 'close')
  const [line] = await once(service.stdout, 'data')
  const port = Number(/:(\d+)\s*$/.exec(String(line))?.[1])
  const pid = service.pid ?? 0
  const call: BenchService['call'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const request = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, request)
    return (await response.json()) as Record<string, unknown>
  }
  return {
    port,
    key,
    startMs: performance.now() - startedAt,
    cpuSeconds: () => cpuSecondsOf(pid),
    residentBytes: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    diskBytes: async () => (await stat(join(data, 'bench.db'))).size,
    call,
    async stop() {
      service.kill('SIGTERM')
      await closed
    },
    remove: () => rm(data, { recursive: true, force: true }),
  }
}

/** User and system time of a process with all its threads, from the kernel (Linux). */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  // Fields 14 and 15 of proc(5), counted from the third, in ticks of 1/100 s.
  return (Number(fields[11]) + Number(fields[12])) / 100
}

export function machine(): Record<string, string | number> {
  const model = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown'
  return {
    cpu: model,
    cores: availableParallelism(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  }
}
