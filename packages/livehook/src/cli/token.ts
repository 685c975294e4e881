// Tokens come from a file, standard input or LIVEHOOK_TOKEN, never as a plain argument: arguments can be read by
// everybody on the machine.

import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { messageOf } from '../domain/error-facts.ts'
import type { CliIo } from './io.ts'
import { CliError } from './io.ts'

/**
 * @param file a path, `-` for standard input, or `undefined` for the environment
 * @returns `undefined` where no token was given
 */
export async function readToken(file: string | undefined, io: CliIo): Promise<string | undefined> {
  if (file === undefined) return io.environment['LIVEHOOK_TOKEN']
  const content = file === '-' ? await text(io.stdin) : readTextFile(file, 'The token')
  // The line end that an editor puts at the end of a file is not part of the token.
  return content.replace(/\r?\n$/, '')
}

/** @throws CliError naming the file */
function readTextFile(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CliError('usage', `${what} cannot be read from ${file}: ${messageOf(error)}`)
  }
}
