// A command of the catalogue as it is told to people and programs: the same in the API and on the command line.

import { sampleOf } from '@livehook/protocol/catalogue'
import type { CatalogueCommand, ClientSees, JsonSchema, Sentence } from '@livehook/protocol/catalogue'
import { replySchemaOf, schemaOf } from '@livehook/protocol/schemas'

export interface CommandSummary {
  command: string
  family: string
  phase: 'before' | 'after'
  /** The word only configures something; no event of it exists. */
  configOnly: boolean
  products: string[]
  aliases: string[]
  trigger: Sentence
}

export interface CodeDescription {
  /** One code, or `first..last`. */
  codes: string
  from: number
  to: number
  verdict: 'allow' | 'deny' | 'drop'
  clientSees: ClientSees
  /** Members of the reply that count with these codes. */
  members: string[]
  meaning: Sentence
}

export interface ReplyDescription {
  /** Whether the answer decides anything: that of an *after* command is not looked at. */
  decides: boolean
  /** `verdict`, or `data`: then `allow` means that the data is used, `deny` that there is none. */
  kind: 'verdict' | 'data' | null
  codes: CodeDescription[]
  /** Positive codes that `codes` does not name. */
  otherCodes: { verdict: 'none' | 'deny'; clientSees: 'own_code' | 'undocumented' | null; meaning: Sentence } | null
  /** No usable answer in time. `unless` names a command that turns it into `allow` by being subscribed. */
  silence: { verdict: 'allow' | 'deny'; unless: string | null; meaning: Sentence } | null
  members: {
    member: string
    use: 'replaces' | 'refuses' | 'answers'
    required: boolean
    aliases: string[]
    meaning: string
  }[]
  schema: JsonSchema | null
}

export interface CommandDescription extends CommandSummary {
  /** Parameters that the public pages list. */
  query: string[]
  /** Which of the two optional parameters its requests carry. */
  carries: { clientIp: boolean; optPlatform: boolean }
  schema: JsonSchema | null
  sample: Record<string, unknown> | null
  reply: ReplyDescription | null
  order: { scope: string; by: string[] } | null
  identity: string[]
  after: { command: string; match: Record<string, string> } | null
}

export function summariseCommand(command: CatalogueCommand): CommandSummary {
  const { family, phase, products, aliases, trigger, triggerZh } = command
  return {
    command: command.command,
    family,
    phase,
    configOnly: command.configOnly === true,
    products: [...products],
    aliases: [...aliases],
    trigger: { en: trigger, zh: triggerZh },
  }
}

export function describeCommand(command: CatalogueCommand): CommandDescription {
  const { carries, query, order, identity = [], after } = command
  return {
    ...summariseCommand(command),
    query: [...query],
    carries: { ...carries },
    schema: schemaOf(command.command) ?? null,
    sample: sampleAsObject(command.command),
    reply: command.configOnly === true ? null : describeReply(command),
    order: order === undefined ? null : { scope: order.scope, by: [...order.by] },
    identity: [...identity],
    after: after === undefined ? null : { command: after.command, match: { ...after.match } },
  }
}

function sampleAsObject(word: string): Record<string, unknown> | null {
  const sample = sampleOf(word)
  return sample === undefined ? null : JSON.parse(sample)
}

function describeReply({ command, reply }: CatalogueCommand): ReplyDescription {
  const schema = replySchemaOf(command) ?? null
  if (reply === undefined) {
    return { decides: false, kind: null, codes: [], otherCodes: null, silence: null, members: [], schema }
  }
  const { kind, codes, otherCodes, silence, members } = reply
  return {
    decides: true,
    kind,
    codes: codes.map(({ from, to, verdict, clientSees, meaning }) => ({
      codes: from === to ? String(from) : `${from}..${to}`,
      from,
      to,
      verdict,
      clientSees,
      members: verdict === 'allow' ? Object.keys(members) : [],
      meaning,
    })),
    otherCodes: {
      verdict: otherCodes.verdict,
      clientSees: otherCodes.verdict === 'deny' ? otherCodes.clientSees : null,
      meaning: otherCodes.meaning,
    },
    silence: { verdict: silence.verdict, unless: silence.unless ?? null, meaning: silence.meaning },
    members: Object.entries(members).map(([member, { use, required, aliases = [], meaning }]) => ({
      member,
      use,
      required,
      aliases: [...aliases],
      meaning,
    })),
    schema,
  }
}
