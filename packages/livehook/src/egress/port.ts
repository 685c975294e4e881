// What the engine may ask of the egress room: judge a URL, and carry one request to one outcome.

import type { Evidence, Outcome } from '../domain/diagnosis/outcome.ts'
import type { EgressReason } from '../domain/egress/policy.ts'
import type { TlsProblem, WebhookTls } from '../domain/webhook/tls.ts'

/** What goes out, made at the last moment: after the connection stands, so that no Sign waits for DNS or TLS (I5). */
export interface PreparedRequest {
  /** Path and query, as it goes on the request line. */
  readonly target: string
  /** The same with `Sign` masked, for the evidence. */
  readonly maskedTarget: string
  /** Lower-case names. `host` and `content-length` are added by the exchange. */
  readonly headers: Readonly<Record<string, string>>
}

export interface ExchangeRequest {
  /** The registered URL; only its scheme, host and port are used here. */
  readonly url: string
  /** Connections are kept alive and shared only inside one pool; a webhook's id is its pool. */
  readonly pool: string
  /** Authorities and a certificate of the webhook's own. What differs here must not share a pool. */
  readonly tls?: WebhookTls | null
  readonly body: Uint8Array
  /** Called once per request that is put on the wire, right before its first byte. */
  readonly prepare: () => PreparedRequest
  /** One deadline from name resolution to the last byte of the answer. */
  readonly timeoutMs: number
  /** Ends the exchange early with `ours`/`shutting_down`. */
  readonly signal?: AbortSignal
  /**
   * Hears of each phase as it is entered, with what is known by then. For a person who waits: anyone who listens also gets
   * the whole evidence of a success, which is kept short otherwise. Must not throw.
   */
  readonly onPhase?: (evidence: Evidence) => void
}

export type UrlVerdict =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'denied'
      readonly reason: EgressReason
      /** One sentence of what to do, in English, ready to be shown. */
      readonly advice: string
    }

export interface Egress {
  /** The rules that need the text of the URL only, as they are applied when a webhook is registered. */
  judgeUrl(url: string): UrlVerdict
  /** What is wrong with TLS settings that someone wants to register; `undefined` if they can be used. */
  findTlsProblem(tls: WebhookTls): TlsProblem | undefined
  /** Carries one request. Never rejects: every failure is a value. */
  exchange(request: ExchangeRequest): Promise<Outcome>
  /**
   * Resolves the name of a URL and judges what it leads to, as an attempt does before it dials; nothing is called.
   * @returns how an attempt would end there; `undefined` if it would go on to dial. Never rejects
   */
  lookUp(url: string, timeoutMs: number): Promise<Outcome | undefined>
  /** Closes the idle connections of a pool (its webhook changed or is gone). */
  closePool(pool: string): void
  close(): Promise<void>
}
