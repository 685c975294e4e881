// What happens in a receiver, for metrics and logs. An observer that throws hurts no one.

import type { CheckName, RefusalReason } from '../check/check.ts'
import type { TraceStep } from '../check/trace.ts'

/** Which event it is. */
export interface OfEvent {
  readonly sdkAppId: number
  readonly command: string
  /** `webhook-id`, if there is one. */
  readonly eventId?: string
  /** Which attempt it is, if the sender says so. */
  readonly attempt?: number
  /** The name of the token that matched. */
  readonly token?: string
}

export type ReceiverEvent =
  /** A request was turned away before any handler. */
  | {
      readonly kind: 'refused'
      readonly check: CheckName
      readonly reason: RefusalReason
      readonly status: number
      readonly skewSeconds?: number
      readonly trace: readonly TraceStep[]
      readonly sentence: string
    }
  /** An event was answered with 200. */
  | (OfEvent & {
      readonly kind: 'answered'
      readonly decision: 'acknowledged' | 'allow' | 'deny' | 'drop' | 'repeated'
      readonly durationMs: number
    })
  /** An event was answered with 500 or 503: the platform comes again, or does what it does about silence. */
  | (OfEvent & {
      readonly kind: 'failed'
      readonly reason: 'handler_threw' | 'bad_reply' | 'time_up' | 'once_store'
      readonly durationMs: number
      readonly error?: RedactedError
    })
  /** The time was up, and the reply that was given for that case was sent. */
  | (OfEvent & {
      readonly kind: 'timed_out'
      readonly decision: 'allow' | 'deny' | 'drop'
      readonly durationMs: number
    })
  /** A handler came to its end after its event was answered. */
  | (OfEvent & {
      readonly kind: 'finished_late'
      readonly result: 'replied' | 'failed'
      readonly durationMs: number
      readonly error?: RedactedError
    })
  /** An event came that no handler takes. */
  | (OfEvent & { readonly kind: 'unhandled' })
  /** Something broke that should not be able to. */
  | { readonly kind: 'broken'; readonly error: RedactedError }
  /** The store of replies failed. */
  | { readonly kind: 'once_store_failed'; readonly error: RedactedError }

export type Observe = (event: ReceiverEvent) => void

/** An error as text, without tokens and Signs. */
export interface RedactedError {
  readonly name: string
  readonly message: string
  readonly stack?: string
}

export function redactError(error: unknown, redact: (text: string) => string): RedactedError {
  if (!(error instanceof Error)) return { name: typeof error, message: redact(String(error)) }
  const { name, message, stack } = error
  return { name, message: redact(message), ...(stack !== undefined && { stack: redact(stack) }) }
}

/** Tells every listener (the app's observer, the log). None of them can hurt the request. */
export function createTeller(listeners: readonly Observe[]): Observe {
  return (event) => {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch {
        // An observer's mistake is not the platform's, and there is no one else to tell.
      }
    }
  }
}

/**
 * @param tokens all that are accepted
 * @returns a function that hides tokens, and Signs wherever they stand
 */
export function createRedact(tokens: readonly string[]): (text: string) => string {
  // The longest first, so that a token that begins like another is hidden whole.
  const longestFirst = tokens.toSorted((left, right) => right.length - left.length)
  const spellings = longestFirst.flatMap((token) => [token, encodeURIComponent(token)])
  return (text) => {
    let hidden = text
    for (const spelling of spellings) hidden = hidden.replaceAll(spelling, '***')
    // Any 64 hex digits may be a Sign, whatever stands before them.
    return hidden.replaceAll(/\b[0-9a-f]{64}\b/gi, '***')
  }
}
