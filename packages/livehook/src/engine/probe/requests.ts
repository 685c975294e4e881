// The requests of a probe: made and sent as those of a delivery, each on a connection of its own.

import { prepareUrl } from '@livehook/protocol/node'
import type { Evidence, Outcome } from '../../domain/diagnosis/outcome.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { Egress } from '../../egress/port.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import type { SampleEvent } from '../wire/sample-event.ts'
import { signedRequest } from '../wire/signed-request.ts'

export interface ProbeRequestDeps {
  readonly customs: Pick<CustomCommands, 'get' | 'ofApp'>
  readonly egress: Pick<Egress, 'exchange' | 'closePool'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly version: string
}

/** What a probe needs to know of a webhook. It need not be registered anywhere. */
export type ProbeTarget = Pick<
  Webhook,
  | 'webhookId'
  | 'sdkAppId'
  | 'url'
  | 'commands'
  | 'spelling'
  | 'contentType'
  | 'timeoutMs'
  | 'headers'
  | 'tokens'
  | 'tls'
>

/** How long a whole probe may take: someone is waiting for it. */
const maxProbeMs = 60_000

/** One request of a probe: what is different about it. */
export interface ProbeRequest {
  readonly eventId: string
  /** Attempts are counted from 1. */
  readonly number: number
  readonly tokens: readonly string[]
  readonly sdkAppId: number
  /** How long before it is sent the request claims to have been signed, in milliseconds. */
  readonly signedBeforeMs: number
  readonly onPhase?: (evidence: Evidence) => void
}

/** Sends the requests of one probe, each on a connection of its own, and knows how much time is left. */
export class ProbeRequests {
  readonly target: ProbeTarget
  readonly event: SampleEvent
  readonly #deps: ProbeRequestDeps
  readonly #signal: AbortSignal
  readonly #startedAt = performance.now()
  #sent = 0

  constructor(parts: {
    readonly deps: ProbeRequestDeps
    readonly target: ProbeTarget
    readonly event: SampleEvent
    readonly signal: AbortSignal
  }) {
    this.#deps = parts.deps
    this.target = parts.target
    this.event = parts.event
    this.#signal = parts.signal
  }

  get msLeft(): number {
    return maxProbeMs - (performance.now() - this.#startedAt)
  }

  /** The request as a delivery would make it, of an event that no one has seen. */
  goodRequest(): ProbeRequest {
    const { tokens, sdkAppId } = this.target
    const chance = Math.floor(this.#deps.random() * 2 ** 50).toString(36)
    return { eventId: `evt_probe${chance}`, number: 1, tokens, sdkAppId, signedBeforeMs: 0 }
  }

  async send(request: ProbeRequest): Promise<Outcome> {
    const { target, event } = this
    const { version, now } = this.#deps
    const pool = `probe ${target.webhookId} ${(this.#sent += 1)}`
    const { url, spelling, contentType } = target
    const outcome = await this.#deps.egress.exchange({
      url,
      pool,
      tls: target.tls,
      body: event.body,
      timeoutMs: Math.ceil(Math.min(target.timeoutMs, this.msLeft)),
      signal: this.#signal,
      ...(request.onPhase === undefined ? {} : { onPhase: request.onPhase }),
      // Only here is the URL known to be one that can be prepared: the guard has read it.
      prepare: () =>
        signedRequest({
          version,
          event: { ...event, eventId: request.eventId, clientIp: '127.0.0.1', optPlatform: 'RESTAPI' },
          webhook: { tokens: request.tokens, headers: target.headers },
          preparedUrl: prepareUrl(url, { sdkAppId: request.sdkAppId, spelling, contentType }),
          custom: this.#deps.customs.get(target.sdkAppId, event.command)?.facts,
          number: request.number,
          signedAt: now() - request.signedBeforeMs,
        }),
    })
    this.#deps.egress.closePool(pool)
    return outcome
  }
}
