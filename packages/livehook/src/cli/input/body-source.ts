// A body that is given on the command line: `@file`, a file's plain name, or `-` for standard input.

import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import type { CliIo } from '../io.ts'
import { CliError } from '../io.ts'

/** Whether it comes from standard input, which can give one thing only. */
export function isStdin(from: string | undefined): boolean {
  return from === '-' || from === '@-'
}

/** @throws CliError `usage` if it cannot be read */
export async function readBody(from: string, io: CliIo): Promise<Uint8Array> {
  if (isStdin(from)) return buffer(io.stdin)
  const file = from.startsWith('@') ? from.slice(1) : from
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CliError('usage', `The body cannot be read from ${file}: ${messageOf(error)}`)
  }
}
