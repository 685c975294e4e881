// Questions to a person. Where no one can answer, nothing is done without --yes.

import { createInterface } from 'node:readline/promises'
import type { CliIo } from '../io.ts'
import { CliError } from '../io.ts'

/** Whether a person sits there who can answer. */
export function canAnswer(io: CliIo): boolean {
  return io.stderr.isTTY === true && 'isTTY' in io.stdin && io.stdin.isTTY === true
}

/** @returns whether the person said yes; anything else is a no, and so is Ctrl-C */
export async function askYesNo(question: string, io: CliIo): Promise<boolean> {
  const terminal = createInterface({ input: io.stdin, output: io.stderr })
  // In a terminal of its own the question takes Ctrl-C, not the program.
  const stop = new AbortController()
  terminal.on('SIGINT', () => stop.abort())
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: AbortSignal.any([io.stop, stop.signal]) })
    return /^y(es)?$/i.test(answer.trim())
  } catch {
    io.stderr.write('\n')
    return false
  } finally {
    terminal.close()
  }
}

/**
 * Lets what cannot be undone happen only if someone said so.
 * @throws CliError `usage` if no one did
 */
export async function requireYes(question: string, options: { readonly yes?: true }, io: CliIo): Promise<void> {
  if (options.yes === true) return
  if (!canAnswer(io)) throw new CliError('usage', `${question} Nothing was done: add --yes.`)
  if (!(await askYesNo(question, io))) throw new CliError('usage', 'Nothing was done.')
}
