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
  /** The same for stderr. */
  untilError(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves with the exit code (or the signal's name) and all output. */
  ended: Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }>
}

export interface CliOptions {
  readonly env?: Record<string, string>
  readonly input?: string
  readonly cwd?: string
  /** A program and arguments that end by running what follows them. */
  readonly wrapper?: readonly string[]
}

const nodeArguments = ['--conditions=source', '--disable-warning=ExperimentalWarning', main]

export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  return start([...(options.wrapper ?? []), process.execPath, ...nodeArguments, ...args], options)
}

/**
 * The program in a terminal of its own (`script` of util-linux); all that it writes is on stdout, its input stays open.
 * To be told what to do it is written to, as a person would.
 */
export function startCliInTerminal(
  args: readonly string[],
  options: CliOptions & { readonly columns?: number } = {},
): RunningCli {
  const words = [process.execPath, ...nodeArguments, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  const inner = `stty cols ${options.columns ?? 100} rows 40; exec ${words.join(' ')}`
  const env = { TERM: 'xterm-256color', ...options.env }
  return start(['script', '-qfec', inner, '/dev/null'], { ...options, env, staysOpen: true })
}

function start(
  [program = '', ...args]: readonly string[],
  options: CliOptions & { readonly staysOpen?: boolean },
): RunningCli {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
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
  if (options.staysOpen !== true) child.stdin.end(options.input ?? '')
  const ended = once(child, 'close').then(([code, signal]) => {
    note()
    return { code: (code ?? signal) as number | string, stdout, stderr }
  })
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    until: (pattern) => untilIn(() => stdout, pattern),
    untilError: (pattern) => untilIn(() => stderr, pattern),
  }

  function untilIn(text: () => string, pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(text())
        if (found === null && child.exitCode === null && child.signalCode === null) return
        waiting.delete(look)
        if (found !== null) resolve(found)
        else reject(new Error(`the program ended without ${pattern}:\n${stdout}\n${stderr}`))
      }
      waiting.add(look)
      child.once('close', look)
      look()
    })
  }
}
