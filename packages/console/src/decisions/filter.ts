// Which decisions are listed: the same words in the URL, in the chips and in the filter box. Pure.

import type { Decision } from 'livehook/contract'
import { isFilterSymptom, type FailureSymptom } from '../deliveries/symptoms.ts'
import { isInRange, readTimeRange, type TimeRange } from '../feed/time-range.ts'
import { isCommandOf, readWord, type FilterGrammar } from '../feed/filter-text.ts'

export const verdicts = ['allow', 'deny', 'drop'] as const
export type VerdictWord = (typeof verdicts)[number]

export const deciders = ['app', 'policy'] as const
export type Decider = (typeof deciders)[number]

export interface DecisionFilter extends TimeRange {
  readonly verdict?: VerdictWord
  /** Who decided. */
  readonly by?: Decider
  readonly symptom?: FailureSymptom
  /** A command word, or `Family.*`. */
  readonly command?: string
  /** A webhook's id. */
  readonly webhook?: string
}

export const decisionGrammar: FilterGrammar<DecisionFilter> = {
  members: ['verdict', 'by', 'symptom', 'command', 'webhook', 'since', 'from', 'to'],
  memberOf: (bareWord) => {
    if (bareWord.startsWith('wh_')) return 'webhook'
    return /^\w+\.(\w+|\*)$/.test(bareWord) ? 'command' : undefined
  },
  read: readDecisionFilter,
}

/** Takes what is a filter out of anything, for instance the URL's parameters; the rest is dropped. */
export function readDecisionFilter(from: Readonly<Record<string, unknown>>): DecisionFilter {
  const verdict = verdicts.find((known) => known === from['verdict'])
  const by = deciders.find((known) => known === from['by'])
  const symptom = isFilterSymptom(from['symptom']) ? from['symptom'] : undefined
  const command = readWord(from['command'])
  const webhook = readWord(from['webhook'])
  return {
    ...(verdict === undefined ? {} : { verdict }),
    ...(by === undefined ? {} : { by }),
    ...(symptom === undefined ? {} : { symptom }),
    ...(command === undefined ? {} : { command }),
    ...(webhook === undefined ? {} : { webhook }),
    ...readTimeRange(from),
  }
}

/** Whether a decision belongs into the list. The same rule as the API's. */
export function passesDecisionFilter(filter: DecisionFilter, decision: Decision): boolean {
  if (filter.verdict !== undefined && decision.verdict !== filter.verdict) return false
  if (filter.by !== undefined && decision.decidedBy !== filter.by) return false
  if (filter.symptom !== undefined && decision.attempt?.symptom !== filter.symptom) return false
  if (filter.command !== undefined && !isCommandOf(decision.command, filter.command)) return false
  if (filter.webhook !== undefined && decision.webhookId !== filter.webhook) return false
  return isInRange(filter, decision.createdAt)
}
