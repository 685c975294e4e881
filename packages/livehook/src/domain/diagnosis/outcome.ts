// What happened on the wire in one attempt, as a value. The far side's failure is never an exception.

import type { NamedDetail } from './details.ts'
import type { EgressReason } from '../egress/policy.ts'

/** How far an attempt came. `body` means the head of the answer was complete; `done` that the whole answer was. */
export type Phase = 'resolve' | 'connect' | 'tls' | 'write' | 'first_byte' | 'body' | 'done'

/** Facts about a certificate that the receiver showed. Times are epoch milliseconds. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** DNS names and addresses it is valid for. */
  readonly names: readonly string[]
  readonly notBefore: number
  readonly notAfter: number
  /** SHA-256 over the whole certificate, colon-separated hex, as `openssl x509 -fingerprint -sha256` prints it. */
  readonly fingerprint: string
  /** How many certificates the chain has as far as it is known here: what the receiver sent, and a trusted root above it. */
  readonly chainLength: number
}

/**
 * Facts of one attempt, kept with it and shown to the person who must mend it. Only what was learnt is there.
 * Tokens and `Sign` never are: the request target is kept with `Sign` masked.
 */
export interface Evidence {
  readonly phase: Phase
  /** Milliseconds spent in each phase that was entered, to whole microseconds. */
  readonly phaseMs: Partial<Record<Exclude<Phase, 'done'>, number>>
  /** Resolver that answered (or did not), with port. */
  readonly resolver?: string
  /** All addresses that the name resolved to. */
  readonly addresses?: readonly string[]
  /** The address and port that were dialled. */
  readonly dialled?: string
  readonly local?: string
  /** Host and port of the operator's proxy, if the connection goes through it. */
  readonly proxy?: string
  /** Whether a kept-alive connection was used again. */
  readonly reused?: boolean
  /** Why the egress policy refused, when it did. */
  readonly reason?: EgressReason
  /** The address that the policy refused. */
  readonly refusedAddress?: string
  /** The error's own code or number: `ECONNREFUSED`, `ENOTFOUND`, `ERR_TLS_CERT_ALTNAME_INVALID`, a TLS alert's number. */
  readonly errorCode?: string
  readonly tlsProtocol?: string
  readonly certificate?: CertificateFacts
  /** Of a probe: whole days until the certificate ends. */
  readonly certificateDaysLeft?: number
  /** Path and query of the request, `Sign` masked. */
  readonly target?: string
  /** Values that may be secrets are masked. */
  readonly requestHeaders?: Readonly<Record<string, string>>
  readonly status?: number
  readonly responseHeaders?: readonly (readonly [string, string])[]
  /** The first 4 KiB of the answer's body as text (bytes that are no UTF-8 become U+FFFD). */
  readonly bodyStart?: string
  readonly bodyBytes?: number
  /** For an answer that is not JSON: the offset in bytes and what stood there. */
  readonly jsonOffset?: number
  readonly jsonFound?: string
  /** Where a redirect pointed. */
  readonly location?: string
  /** How far the receiver's clock is ahead of ours by its `Date` header; negative: behind. */
  readonly clockOffsetSeconds?: number
  /** The registered URL as it was at this attempt: a webhook may move afterwards. */
  readonly url?: string
  /** For `ours`: what went wrong on our side, without secrets. */
  readonly note?: string
}

interface OutcomeBase {
  readonly evidence: Evidence
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly durationMs: number
}

/** What was put on the wire, for the evidence. */
export interface SentRequest {
  /** Path and query, `Sign` masked. */
  readonly target: string
  /** As they were sent: what is kept of them goes through `maskHeaders` first. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A complete answer arrived in time and within its bounds. With status 200 its evidence is short, because there are
 * thousands of them each second; `diagnose` adds the rest if the answer turns out to be a failure after all.
 */
export interface AnsweredOutcome extends OutcomeBase {
  readonly kind: 'answered'
  readonly sent: SentRequest
  readonly status: number
  /** Names in lower case, in the order in which they came. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array
}

/** The egress policy forbids the address (or the URL). Nothing was dialled. */
export interface Refused extends OutcomeBase {
  readonly kind: 'refused'
  readonly reason: EgressReason
}

/** The exchange broke off: name resolution, connecting, TLS, or HTTP. `code` is a detail of the diagnosis. */
export interface Broken extends OutcomeBase {
  readonly kind: 'broken'
  readonly phase: Phase
  readonly code: NamedDetail
}

/** Our own trouble. Never charged to the webhook. */
export interface Ours extends OutcomeBase {
  readonly kind: 'ours'
  readonly code: 'overloaded' | 'shutting_down' | 'proxy_failed' | 'internal'
}

export type Outcome = AnsweredOutcome | Refused | Broken | Ours
