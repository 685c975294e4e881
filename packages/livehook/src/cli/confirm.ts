// A question that a person answers with y or n, where there is a person.

import { createInterface } from 'node:readline/promises'
import type { CliIo } from './io.ts'
import { CliExit, exitCodes } from './io.ts'

/** Whether a question can be asked: input and output are a terminal. */
export function canAsk(io: CliIo): boolean {
  return io.stdout.isTTY === true && 'isTTY' in io.stdin && io.stdin.isTTY === true
}

/**
 * Asks on standard error, so that data stays data.
 * @returns `true` for y or yes; everything else, the end of the input too, is no
 * @throws CliExit 130 at Ctrl-C
 */
export async function confirm(question: string, io: CliIo): Promise<boolean> {
  const terminal = createInterface({ input: io.stdin, output: io.stderr })
  const ended = new AbortController()
  terminal.once('SIGINT', () => ended.abort('interrupted'))
  terminal.once('close', () => ended.abort('closed'))
  try {
    const signal = AbortSignal.any([io.stop, ended.signal])
    const answer = await terminal.question(`${question} [y/N] `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    if (ended.signal.aborted && ended.signal.reason === 'closed') return false
    if (ended.signal.aborted || io.stop.aborted) throw new CliExit(exitCodes.interrupted)
    throw error
  } finally {
    terminal.close()
  }
}
