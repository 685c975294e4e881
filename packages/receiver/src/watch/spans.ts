// OpenTelemetry, as far as it is needed: the receiver takes a tracer and imports nothing, so that who has none installs nothing.

import type { OfEvent } from './observe.ts'
import type { RunResult } from '../handlers/run-result.ts'

type AttributeValue = string | number | boolean

/** A span of `@opentelemetry/api`. */
export interface Span {
  setAttribute(name: string, value: AttributeValue): unknown
  /** `2` is an error. */
  setStatus(status: { code: 2; message?: string }): unknown
  end(): void
}

/** A tracer of `@opentelemetry/api`: `trace.getTracer('…')`. */
export interface Tracer {
  startActiveSpan<Result>(
    name: string,
    // 1 is a span of the kind SERVER.
    options: { kind: 1; attributes: Record<string, AttributeValue> },
    run: (span: Span) => Result,
  ): Result
}

/** Runs a handler, in a span or not. */
export type InSpan = (event: OfEvent, work: () => Promise<RunResult>) => Promise<RunResult>

/** Each run of a handler is a span of the tracer's. Bodies, tokens and Signs are never attributes. */
export const spansOf =
  (tracer: Tracer): InSpan =>
  (event, work) => {
    const attributes = {
      'livehook.command': event.command,
      'livehook.sdk_app_id': event.sdkAppId,
      ...(event.eventId !== undefined && { 'livehook.event_id': event.eventId }),
      ...(event.attempt !== undefined && { 'livehook.attempt': event.attempt }),
    }
    return tracer.startActiveSpan(`webhook ${event.command}`, { kind: 1, attributes }, async (span) => {
      try {
        const result = await work()
        span.setAttribute('livehook.result', result.kind === 'replied' ? result.decision : result.reason)
        if (result.kind === 'failed') span.setStatus({ code: 2, message: result.reason })
        return result
      } finally {
        span.end()
      }
    })
  }
