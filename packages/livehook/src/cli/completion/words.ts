// What may stand where the cursor is: from the definitions of the verbs, and for what only the service knows, its kind.

import type { Argument, Command, Option } from 'commander'

/** What only the catalogue or the running service knows. */
export type LiveKind = 'command' | 'beforeCommand' | 'webhook' | 'app' | 'key' | 'delivery' | 'decision'

export interface Candidate {
  readonly value: string
  readonly says: string
}

export interface Completion {
  readonly candidates: readonly Candidate[]
  /** Values of this kind count as well. */
  readonly live: LiveKind | undefined
}

const nothing: Completion = { candidates: [], live: undefined }

/**
 * What may stand at the cursor. Pure.
 * @param words those before the cursor's, without the program's name
 * @param current what stands at the cursor so far
 */
export function completeWord(program: Command, words: readonly string[], current: string): Completion {
  const { command, position, pending } = walk(program, words)
  if (pending !== undefined) return valuesOf(pending)
  const [, flag = '', begun] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? []
  if (begun !== undefined) return prefixed(valuesOf(optionOf(command, flag)), `${flag}=`)
  if (current.startsWith('-')) return { candidates: optionsOf(command), live: undefined }
  if (command.commands.length > 0) return position > 0 ? nothing : { candidates: verbsOf(command), live: undefined }
  const argument = argumentAt(command, position)
  return argument === undefined ? nothing : valuesOfArgument(argument, command)
}

interface Place {
  readonly command: Command
  /** How many arguments stand before the cursor. */
  readonly position: number
  /** An option that waits for its value. */
  readonly pending: Option | undefined
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program
  let position = 0
  let pending: Option | undefined
  for (const word of words) {
    if (pending !== undefined) {
      pending = undefined
      continue
    }
    if (word.startsWith('-')) {
      const option = word.includes('=') ? undefined : optionOf(command, word)
      pending = option?.required === true ? option : undefined
      continue
    }
    const inner = command.commands.find((each) => each.name() === word)
    if (inner === undefined) position += 1
    else {
      command = inner
      position = 0
    }
  }
  return { command, position, pending }
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => long === flag || short === flag)
}

function optionsOf(command: Command): readonly Candidate[] {
  const visible = command.options.filter(({ hidden, long }) => !hidden && typeof long === 'string')
  const own = visible.map(({ long, description }) => ({ value: long ?? '', says: description }))
  return [...own, { value: '--help', says: 'show this help' }]
}

function verbsOf(command: Command): readonly Candidate[] {
  // Commander has no public list of what is hidden; help's own list leaves it out.
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ value: each.name(), says: each.description() }))
}

function argumentAt(command: Command, position: number): Argument | undefined {
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  return registeredArguments[position] ?? (last?.variadic === true ? last : undefined)
}

const liveOptions: Readonly<Record<string, LiveKind>> = {
  '--app': 'app',
  '--command': 'command',
  '--commands': 'command',
  '--deny': 'beforeCommand',
  '--drop': 'beforeCommand',
  '--reply': 'command',
  '--garbage': 'command',
  '--webhook': 'webhook',
  '--actor': 'key',
}

function valuesOf(option: Option | undefined): Completion {
  if (option === undefined) return nothing
  const candidates = (option.argChoices ?? []).map((value) => ({ value, says: '' }))
  return { candidates, live: liveOptions[option.long ?? ''] }
}

const liveArguments: Readonly<Record<string, LiveKind>> = {
  command: 'command',
  word: 'command',
  webhookId: 'webhook',
  SdkAppId: 'app',
  keyId: 'key',
  deliveryId: 'delivery',
  decisionId: 'decision',
}

function valuesOfArgument(argument: Argument, command: Command): Completion {
  const candidates = (argument.argChoices ?? []).map((value) => ({ value, says: '' }))
  const live = liveArguments[argument.name()]
  return { candidates, live: live === 'command' && command.name() === 'ask' ? 'beforeCommand' : live }
}

function prefixed({ candidates, live }: Completion, prefix: string): Completion {
  return { candidates: candidates.map(({ value, says }) => ({ value: prefix + value, says })), live }
}
