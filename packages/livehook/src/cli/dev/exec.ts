// dev --exec: runs a program beside the service, and ends as it does.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import type { CliIo } from '../io.ts'
import { CliError } from '../io.ts'

/** What the program is told of the service, as environment variables. */
export interface ServiceOfChild {
  readonly url: string
  readonly key: string
  readonly token: string
  readonly sdkAppId: number
}

/**
 * Runs a command line in a shell until it ends; our signals are its signals.
 * @returns its exit code, 128 and the signal's number if a signal ended it
 * @throws CliError `configuration` if there is no shell to run it
 */
export async function runBeside(command: string, service: ServiceOfChild, io: CliIo): Promise<number> {
  // In a terminal Ctrl-C reaches everything in the foreground by itself. Elsewhere a group of its own is what the signal is
  // sent to, so that it reaches what the shell started too.
  const isGroup = !isTerminal(io) && process.platform !== 'win32'
  const child = spawn(command, { shell: true, stdio: 'inherit', detached: isGroup, env: environmentOf(service, io) })
  const pass = (signal: NodeJS.Signals): void => passOn(child, { signal, isGroup })
  const onStop = (): void => {
    const signal = io.stop.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'
    if (isGroup || signal !== 'SIGINT') pass(signal)
  }
  // Who does not want to wait leaves by process.exit; what was started must not stay behind.
  const onExit = (): void => pass('SIGKILL')
  io.stop.addEventListener('abort', onStop, { once: true })
  process.once('exit', onExit)
  try {
    return await endOf(child)
  } finally {
    io.stop.removeEventListener('abort', onStop)
    process.removeListener('exit', onExit)
    // What it left in the background goes with it.
    if (isGroup) pass('SIGTERM')
  }
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new CliError('configuration', `--exec cannot be run: ${messageOf(error)}`))
    })
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

function passOn(child: ChildProcess, how: { readonly signal: NodeJS.Signals; readonly isGroup: boolean }): void {
  if (child.pid === undefined) return
  try {
    process.kill(how.isGroup ? -child.pid : child.pid, how.signal)
  } catch {
    // It has ended already, and with it everything in its group.
  }
}

function isTerminal({ stdin }: CliIo): boolean {
  return 'isTTY' in stdin && stdin.isTTY === true
}

function environmentOf(service: ServiceOfChild, io: CliIo): Record<string, string> {
  const inherited = Object.entries(io.environment).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    ...Object.fromEntries(inherited),
    LIVEHOOK_URL: service.url,
    LIVEHOOK_KEY: service.key,
    LIVEHOOK_TOKEN: service.token,
    LIVEHOOK_SDK_APP_ID: String(service.sdkAppId),
  }
}
