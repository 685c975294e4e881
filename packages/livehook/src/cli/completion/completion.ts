// livehook complete: what the shells' scripts ask. One candidate a line: the value, a tab, what it is.

import type { Command } from 'commander'
import { liveCandidates } from './live.ts'
import type { Candidate } from './words.ts'
import { completeWord } from './words.ts'
import type { CliIo } from '../io.ts'

/**
 * @param at.index which of the words the cursor is in; the program's name is word 0
 * @param at.words of the command line; if the cursor stands behind the last, that one is missing or empty
 * @param at.patienceMs how long the service may take
 */
export async function complete(
  program: Command,
  { index, words, patienceMs }: { index: number; words: readonly string[]; patienceMs: number },
  io: CliIo,
): Promise<void> {
  const current = words[index] ?? ''
  const { candidates, live } = completeWord(program, words.slice(1, index), current)
  const all = [...candidates, ...(live === undefined ? [] : await liveCandidates(live, { io, patienceMs }))]
  const fitting = all.filter(({ value }) => value.startsWith(current))
  io.stdout.write(fitting.map(lineOf).join(''))
}

function lineOf({ value, says }: Candidate): string {
  return `${value}\t${says.replaceAll(/\s+/g, ' ')}\n`
}
