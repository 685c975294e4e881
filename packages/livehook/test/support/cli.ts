// The real program as a child process.

import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface RunningCli {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves with the match once stdout has it; rejects where the program ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves with the exit code (or the signal's name) and all output. */
  ended: Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }>
}

export function startCli(
  args: readonly string[],
  options: {
    env?: Record<string, string>
    input?: string
    /** A program and arguments that end by running what follows them. */
    wrapper?: readonly string[]
  } = {},
): RunningCli {
  const [program = process.execPath, ...rest] = [
    ...(options.wrapper ?? []),
    process.execPath,
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    main,
    ...args,
  ]
  const child = spawn(program, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
  })
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  const note = (): void => {
    for (const look of waiting) look()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    note()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    note()
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  const ended = once(child, 'close').then(([code, signal]) => {
    note()
    return { code: (code ?? signal) as number | string, stdout, stderr }
  })
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(stdout)
          if (found === null && child.exitCode === null && child.signalCode === null) return
          waiting.delete(look)
          if (found !== null) resolve(found)
          else reject(new Error(`the program ended without ${pattern}:\n${stdout}\n${stderr}`))
        }
        waiting.add(look)
        child.once('close', look)
        look()
      }),
  }
}
