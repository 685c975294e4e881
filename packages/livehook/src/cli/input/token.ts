// Tokens come from a file, standard input or LIVEHOOK_TOKEN, never as a plain argument: arguments can be read by
// everyone on the machine.

import { checkToken, maxTokens } from '@livehook/protocol/node'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'

const refusals = {
  empty: 'is empty; an empty token signs nothing. Leave it out, or give the token of the webhook',
  too_long: 'has more than 128 characters; is it the right file?',
  control_character: 'has a control character, such as a line end in its middle; take it out',
  ill_formed: 'is no valid Unicode text; is it the right file?',
} as const

/**
 * Reads a token and checks that it is one.
 * @param file a path, `-` for standard input, or `undefined` for the environment
 * @returns `undefined` if no token was given
 * @throws CliError `usage` if the file cannot be read, or what it holds is no token
 */
export async function readToken(file: string | undefined, io: CliIo): Promise<string | undefined> {
  const token = file === undefined ? io.environment['LIVEHOOK_TOKEN'] : await readTokenFile(file, io)
  if (token === undefined) return undefined
  const origin = file === undefined ? 'LIVEHOOK_TOKEN' : file === '-' ? 'The token on standard input' : file
  const check = checkToken(token)
  if (check.kind === 'refused') throw new CliError('usage', `${origin} ${refusals[check.reason]}.`)
  if (check.warning !== undefined) {
    line(io.stderr, `livehook: ${origin} begins or ends with white space, which is signed with it. Is that meant?`)
  }
  return token
}

/**
 * Reads the tokens that are accepted: those of the files, or that of the environment.
 * @returns newest first; empty if none was given
 * @throws CliError `usage` as `readToken`, and where there are too many
 */
export async function readTokens(files: readonly string[] | undefined, io: CliIo): Promise<readonly string[]> {
  if (files !== undefined && files.length > maxTokens) {
    throw new CliError('usage', `At most ${maxTokens} tokens are accepted at once.`)
  }
  const tokens: string[] = []
  for (const file of files ?? [undefined]) {
    const token = await readToken(file, io)
    if (token !== undefined) tokens.push(token)
  }
  return tokens
}

async function readTokenFile(file: string, io: CliIo): Promise<string> {
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
