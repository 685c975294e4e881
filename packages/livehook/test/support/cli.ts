// The program: its verbs in this process, or the real thing as a child process. The child is for what only a process has:
// signals, exit codes, pipes, a terminal, what is loaded.

import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { CliIo } from '../../src/cli/io.ts'
import { runCli } from '../../src/cli/program.ts'
import { readVersion } from '../../src/version.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Ended<Code> {
  readonly code: Code
  readonly stdout: string
  readonly stderr: string
}

export interface Running<Code> {
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves with the match once stdout has it; rejects if the program ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** The same for stderr. */
  untilError(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves with the exit code and all output. */
  readonly ended: Promise<Ended<Code>>
}

/** The exit code may be the name of the signal that ended it. */
export interface RunningCli extends Running<number | string> {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
}

export interface RunningVerb extends Running<number> {
  /** As main.ts does it for a signal. */
  stop(signal?: 'SIGINT' | 'SIGTERM'): void
}

export interface CliOptions {
  readonly env?: Record<string, string>
  readonly input?: string
  readonly cwd?: string
  /** A program and arguments that end by running what follows them. */
  readonly wrapper?: readonly string[]
}

export interface VerbOptions {
  readonly env?: Record<string, string>
  readonly input?: string
  /** The columns of a terminal that stdout and stderr are. */
  readonly terminal?: number
}

/** Runs a verb in this process, with streams of its own. */
export function startInProcess(args: readonly string[], options: VerbOptions = {}): RunningVerb {
  const stop = new AbortController()
  const output = collectOutput()
  const terminal = options.terminal === undefined ? {} : { isTTY: true, columns: options.terminal }
  let isOver = false
  const io: CliIo = {
    version: readVersion(),
    environment: { PATH: process.env['PATH'], ...options.env },
    stdin: Readable.from([Buffer.from(options.input ?? '')]),
    stdout: Object.assign(writableTo(output.addStdout), terminal),
    stderr: Object.assign(writableTo(output.addStderr), terminal),
    stop: stop.signal,
  }
  const ended = runCli(args, io).then((code) => {
    isOver = true
    output.changed()
    return { code, stdout: output.stdout(), stderr: output.stderr() }
  })
  return { ...output.running(() => isOver), ended, stop: (signal = 'SIGINT') => stop.abort(signal) }
}

/** Runs a verb in this process to its end. */
export function runInProcess(args: readonly string[], options: VerbOptions = {}): Promise<Ended<number>> {
  return startInProcess(args, options).ended
}

function writableTo(add: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      add(String(chunk))
      done()
    },
  })
}

/** Keeps what is written, and wakes those who wait for a pattern in it. */
function collectOutput() {
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  const changed = (): void => {
    for (const look of waiting) look()
  }
  const untilIn = (text: () => string, pattern: RegExp, isOver: () => boolean): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(text())
        if (found === null && !isOver()) return
        waiting.delete(look)
        if (found !== null) resolve(found)
        else reject(new Error(`the program ended without ${pattern}:\n${stdout}\n${stderr}`))
      }
      waiting.add(look)
      look()
    })
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    addStdout: (text: string): void => {
      stdout += text
      changed()
    },
    addStderr: (text: string): void => {
      stderr += text
      changed()
    },
    changed,
    running: (isOver: () => boolean) => ({
      stdout: () => stdout,
      stderr: () => stderr,
      until: (pattern: RegExp) => untilIn(() => stdout, pattern, isOver),
      untilError: (pattern: RegExp) => untilIn(() => stderr, pattern, isOver),
    }),
  }
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
  const output = collectOutput()
  let isOver = false
  child.stdout.setEncoding('utf8').on('data', output.addStdout)
  child.stderr.setEncoding('utf8').on('data', output.addStderr)
  child.stdin.on('error', () => undefined)
  if (options.staysOpen !== true) child.stdin.end(options.input ?? '')
  const ended = once(child, 'close').then(([code, signal]) => {
    isOver = true
    output.changed()
    return { code: (code ?? signal) as number | string, stdout: output.stdout(), stderr: output.stderr() }
  })
  return { ...output.running(() => isOver), child, ended }
}
