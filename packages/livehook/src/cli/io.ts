// What a verb may use of the process, handed in by main.ts.

import type { Readable, Writable } from 'node:stream'

export interface CliIo {
  readonly version: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
  /** Data, and the one readiness line. */
  readonly stdout: Writable & { readonly isTTY?: boolean }
  /** Everything else. */
  readonly stderr: Writable & { readonly isTTY?: boolean }
  /** Aborted when the person asks the program to stop. */
  readonly stop: AbortSignal
}

/** Exit codes of every verb. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  configuration: 3,
  verificationFailed: 4,
  unreachable: 5,
  invalidReply: 6,
  denied: 7,
  deadline: 8,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCodeName = keyof typeof exitCodes

/** Ends a verb with a sentence that says what happened, the likely cause and the next step. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exit: ExitCodeName

  constructor(exit: ExitCodeName, message: string) {
    super(message)
    this.exit = exit
  }
}

/** The error of a verb that a person stopped before it was done: 130 after Ctrl-C, 143 after SIGTERM, as shells have it. */
export function stopped(stop: AbortSignal, sentence: string): CliError {
  return new CliError(stop.reason === 'SIGTERM' ? 'terminated' : 'interrupted', sentence)
}

/** Ends a verb with a code that is not ours to choose, such as that of a program that was run; everything was said already. */
export class CliExit extends Error {
  override readonly name = 'CliExit'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`exit ${exitCode}`)
    this.exitCode = exitCode
  }
}

export function line(stream: Writable, text: string): void {
  stream.write(`${text}\n`)
}

/** Waits until the person asks the program to stop. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
