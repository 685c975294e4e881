// What happened, for those who watch: the console's stream, logs, the demo's feed.
// Observers cannot hurt: a listener that throws is reported and the others still hear.

import type { DeliverySummary } from '../store/port/deliveries.ts'
import type { DecisionSummary } from '../store/port/decisions.ts'

export type ServiceEvent =
  | { readonly kind: 'accepted'; readonly at: number; readonly delivery: DeliverySummary }
  | { readonly kind: 'settled'; readonly at: number; readonly delivery: DeliverySummary }
  /** Someone redelivered, cancelled or added it. */
  | { readonly kind: 'moved'; readonly at: number; readonly delivery: DeliverySummary }
  /** An ask was answered. Whether a shadow would have decided otherwise is not known yet. */
  | { readonly kind: 'decided'; readonly at: number; readonly decision: DecisionSummary }
  | { readonly kind: 'webhook_changed'; readonly at: number; readonly sdkAppId: number; readonly webhookId: string }
  | {
      readonly kind: 'breaker'
      readonly at: number
      readonly sdkAppId: number
      readonly webhookId: string
      readonly breaker: 'closed' | 'open' | 'half-open'
      /** Each webhook has one for its deliveries and one for its asks. */
      readonly of: 'deliveries' | 'asks'
    }
  | { readonly kind: 'app_created'; readonly at: number; readonly sdkAppId: number }

export type Listener = (event: ServiceEvent) => void

export interface ServiceEvents {
  /** Whether anybody listens; building an event is not free, so ask before. */
  readonly watched: boolean
  publish(event: ServiceEvent): void
  /** @returns a function that ends the listening */
  listen(listener: Listener): () => void
}

export function createServiceEvents(deps: { readonly onListenerError: (error: unknown) => void }): ServiceEvents {
  const listeners = new Set<Listener>()
  return {
    get watched() {
      return listeners.size > 0
    },
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          deps.onListenerError(error)
        }
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
