// The service as it is published: `livehook serve` from packages/livehook/dist, in a process of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

export interface BenchService {
  readonly port: number
  readonly key: string
  /** From the start of the process to its readiness line. */
  readonly startMs: number
  /** CPU seconds of all its threads so far. */
  cpuSeconds(): number
  /** Resident memory in bytes. */
  residentBytes(): number
  /** Bytes of the data file; after a stop, with everything of the log moved into it. */
  diskBytes(): Promise<number>
  call(method: string, path: string, body?: object): Promise<Record<string, unknown>>
  /** Stops the service; its data stay. */
  stop(): Promise<void>
  /** Starts it again on its data. */
  again(): Promise<BenchService>
  /** Stops it where it runs, and removes its data. */
  remove(): Promise<void>
}

const main = join(import.meta.dirname, '../packages/livehook/dist/main.js')
const key = 'bench-admin-key-0123456789'

/** With BENCH_PROFILE=<folder> every thread of the service leaves a CPU profile there. */
const profileFolder = process.env['BENCH_PROFILE']
const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]

export async function startBenchService(folder?: string): Promise<BenchService> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'livehook-bench-')))
  const startedAt = performance.now()
  const store = `sqlite:${join(data, 'bench.db')}`
  const serve = [...profiling, main, 'serve', '--port', '0', '--store', store]
  const service = spawn(process.execPath, serve, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LIVEHOOK_ADMIN_KEY: key,
      LIVEHOOK_EGRESS_ALLOW: '127.0.0.0/8',
      LIVEHOOK_LOG_LEVEL: 'warn',
    },
  })
  // Anyone who interrupts the benchmark does not find its service running afterwards.
  const kill = (): void => void service.kill('SIGKILL')
  process.once('exit', kill)
  const closed = once(service, 'close').finally(() => process.off('exit', kill))
  const ended = closed.then(([code]) => {
    throw new Error(`the service ended with exit code ${String(code)} before it was ready`)
  })
  const [line] = await Promise.race([once(service.stdout, 'data'), ended])
  ended.catch(() => undefined)
  const startMs = performance.now() - startedAt
  const port = Number(/:(\d+)\s*$/.exec(String(line))?.[1])
  const pid = service.pid ?? 0
  const stop = async (): Promise<void> => {
    service.kill('SIGTERM')
    await closed
  }
  return {
    port,
    key,
    startMs,
    cpuSeconds: () => cpuSecondsOf(pid),
    residentBytes: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    diskBytes: async () => (await stat(join(data, 'bench.db'))).size,
    async call(method, path, body) {
      const authorization = `Bearer ${key}`
      const request =
        body === undefined
          ? { method, headers: { authorization } }
          : { method, headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const response = await fetch(`http://127.0.0.1:${port}${path}`, request)
      const answer = response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>)
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
      return answer
    },
    stop,
    again: () => startBenchService(data),
    async remove() {
      if (service.exitCode === null) await stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** How long the command line takes to show its help, in milliseconds. */
export async function helpMs(): Promise<number> {
  const startedAt = performance.now()
  const help = spawn(process.execPath, [main, '--help'], { stdio: 'ignore' })
  await once(help, 'close')
  return performance.now() - startedAt
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
