import type { Decision, StreamEvent } from 'livehook/contract'
import { formatFilterText } from '../feed/filter-text.ts'
import type { FeedSource } from '../feed/use-feed.ts'
import { useServices } from '../services.ts'
import { decisionGrammar, passesDecisionFilter, type DecisionFilter } from './filter.ts'

/** Where the list of an app's decisions under a filter comes from. */
export function useDecisionSource(sdkAppId: number, filter: DecisionFilter): FeedSource<Decision> {
  const { api } = useServices()
  return {
    key: `${sdkAppId} ${formatFilterText(decisionGrammar, filter)}`,
    rules: {
      idOf,
      passes: (decision) => passesDecisionFilter(filter, decision),
      // A decision stays as it was; only whether its shadow differs is learnt later, by reading it again.
      isAsNew: (arrived, known) => arrived.shadowDiffers !== null || known.shadowDiffers === null,
    },
    readPage: (page) => api.listDecisions({ sdkAppId, filter, ...page }),
    itemsOf: decisionsOf,
  }
}

export function idOf(decision: Decision): string {
  return decision.decisionId
}

function decisionsOf(events: readonly StreamEvent[]): readonly Decision[] {
  return events.flatMap((event) => (event.kind === 'decided' ? [event.decision] : []))
}
