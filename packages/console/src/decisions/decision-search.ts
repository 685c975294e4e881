// What the address of the decisions says: the filter, the decision that is open, and what of it is looked at.

import { readWord } from '../feed/filter-text.ts'
import { readDecisionFilter, type DecisionFilter } from './filter.ts'

export const decisionTabs = ['request', 'answer', 'connection'] as const
export type DecisionTab = (typeof decisionTabs)[number]

export interface DecisionSearch extends DecisionFilter {
  /** The id of the decision that is open. */
  readonly decision?: string
  readonly tab?: DecisionTab
}

/** Reads the URL's parameters; what is none of ours, or makes no sense, is dropped. */
export function readDecisionSearch(search: Record<string, unknown>): DecisionSearch {
  const decision = readWord(search['decision'])
  const tab = decision === undefined ? undefined : decisionTabs.find((known) => known === search['tab'])
  return {
    ...readDecisionFilter(search),
    ...(decision === undefined ? {} : { decision }),
    ...(tab === undefined ? {} : { tab }),
  }
}
