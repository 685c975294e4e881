// The records of catalogue/*.json: what they are, and reading them with everything checked that the types cannot say.

import { readFileSync, readdirSync } from 'node:fs'

export interface Sentence {
  readonly en: string
  readonly zh: string
}

export interface FieldRecord {
  /** `a.b[].c` */
  readonly path: string
  readonly type: string
  /** Required if it is left out. */
  readonly required?: boolean
  readonly values?: readonly (string | number)[]
  /** More values may come; without it the list is complete. */
  readonly open?: boolean
  readonly meaning: string
  /** Other published names of the member. */
  readonly aliases?: readonly string[]
  /** Where the public pages contradict each other: what counts here, and why. */
  readonly decided?: string
}

export interface ReplyFieldRecord extends FieldRecord {
  /** Only at the top: see `ReplyMember` in src/catalogue/command-facts.ts. */
  readonly use?: 'replaces' | 'refuses' | 'answers'
}

export interface CodeRecord {
  /** One code, or `first..last`. */
  readonly codes: string
  readonly verdict: 'allow' | 'deny' | 'drop'
  readonly clientSees: 'success' | 'own_code' | 'undocumented' | number
  readonly meaning: Sentence
}

export interface ReplyRecord {
  readonly kind: 'verdict' | 'data'
  readonly members?: readonly ReplyFieldRecord[]
  readonly codes: readonly CodeRecord[]
  readonly otherCodes:
    | { readonly verdict: 'none'; readonly meaning: Sentence }
    | { readonly verdict: 'deny'; readonly clientSees: 'own_code' | 'undocumented'; readonly meaning: Sentence }
  readonly silence: { readonly verdict: 'allow' | 'deny'; readonly unless?: string; readonly meaning: Sentence }
}

export interface CommandRecord {
  readonly command: string
  readonly phase: 'before' | 'after'
  readonly configOnly?: boolean
  readonly products: readonly string[]
  readonly aliases?: readonly string[]
  /** Words that a page prints by mistake and that are other real commands: never mapped. */
  readonly misprintedAs?: readonly string[]
  readonly query: readonly string[]
  readonly trigger: Sentence
  readonly causes?: readonly string[]
  /** Without `CallbackCommand`, which every body has. */
  readonly fields?: readonly FieldRecord[]
  readonly sample: Readonly<Record<string, unknown>> | null
  readonly otherSamples?: readonly { readonly product: string; readonly body: Readonly<Record<string, unknown>> }[]
  readonly order?: { readonly scope: string; readonly by: readonly string[] }
  readonly identity?: readonly string[]
  readonly timeAt?: string
  readonly after?: { readonly command: string; readonly match: Readonly<Record<string, string>> }
  readonly reply?: ReplyRecord
  readonly eventTypes?: readonly { readonly value: number; readonly meaning: string }[]
  readonly notes?: readonly string[]
  readonly decided?: readonly string[]
  readonly sources: readonly string[]
}

export interface FamilyRecord {
  readonly family: string
  readonly title: Sentence
  readonly commands: readonly CommandRecord[]
}

/** Reads all families, in the order of their names, their commands in the order of their words. */
export function readFamilies(): readonly FamilyRecord[] {
  const folder = new URL('../../catalogue/', import.meta.url)
  const families = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name): FamilyRecord => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
    .toSorted((left, right) => (left.family < right.family ? -1 : 1))
  const words = new Set(families.flatMap(({ commands }) => commands.map(({ command }) => command)))
  for (const { family, commands } of families) {
    for (const record of commands) checkRecord(record, family, words)
    const order = commands.map(({ command }) => command)
    if (order.join() !== order.toSorted().join()) throw new Error(`${family}: the commands are not in order.`)
  }
  return families
}

function checkRecord(record: CommandRecord, family: string, words: ReadonlySet<string>): void {
  const { command, aliases = [], after, reply, fields = [] } = record
  const wrong = (what: string): Error => new Error(`${command}: ${what}`)
  if (!command.startsWith(`${family}.`)) throw wrong(`is not of the family ${family}`)
  if (aliases.some((alias) => words.has(alias))) throw wrong('has an alias that is a command')
  if (after !== undefined && !words.has(after.command))
    throw wrong(`is followed by ${after.command}, which is no command`)
  if (reply?.silence.unless !== undefined && !words.has(reply.silence.unless)) throw wrong('has an unknown switch')
  const hasReply = record.phase === 'before' && record.configOnly !== true
  if (hasReply !== (reply !== undefined)) throw wrong('a before command has a reply, and nothing else has')
  if (fields.some(({ path }) => path === 'CallbackCommand')) throw wrong('CallbackCommand is added by itself')
  for (const path of fields.map((field) => field.path)) {
    const parent = path.split('.').slice(0, -1).join('.').replace(/\[\]$/, '')
    if (parent !== '' && !fields.some((field) => field.path === parent)) throw wrong(`${path} has no parent`)
  }
}
