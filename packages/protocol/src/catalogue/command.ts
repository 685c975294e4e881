import type { CodeRule, CommandFacts, OtherCodes, ReplyMember, ReplyRules } from './command-facts.ts'

export type { CommandPhase } from './command-facts.ts'

/** One sentence for people, in English and in Simplified Chinese. */
export interface Sentence {
  readonly en: string
  readonly zh: string
}

/** The same rules with sentences for people. */
export interface DescribedReplyRules extends ReplyRules {
  readonly codes: readonly (CodeRule & { readonly meaning: Sentence })[]
  readonly otherCodes: OtherCodes & { readonly meaning: Sentence }
  readonly silence: ReplyRules['silence'] & { readonly meaning: Sentence }
  readonly members: Readonly<Record<string, ReplyMember & { readonly meaning: string }>>
}

/** What the catalogue knows about a command. */
export interface CatalogueCommand extends CommandFacts {
  /** Products whose pages list the command. */
  readonly products: readonly string[]
  /** Other published spellings of the same command. They are read and never sent. */
  readonly aliases: readonly string[]
  /** The parameters that the public pages list for it. */
  readonly query: readonly string[]
  /** What causes the event, in English. */
  readonly trigger: string
  /** What causes the event, in Simplified Chinese. */
  readonly triggerZh: string
  /** The word only configures something; no event of it exists. */
  readonly configOnly?: boolean
  readonly reply?: DescribedReplyRules
}

/** A JSON Schema, dialect 2020-12, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>
