// For app backends: a receiver for the webhooks of a live or chat platform. This entry runs wherever there is a Web `Request`;
// `./node` and the entries of the frameworks are the same receiver with their handler.

export { createLeanReceiver, createReceiver } from './create.ts'
export type { LeanReceiver, Receiver } from './receiver.ts'
export { fetchHandler } from './run/web.ts'
export type { FetchContext } from './run/web.ts'
export type { AppOptions, LeanOptions, NamedToken, OnceOptions, ReceiverOptions, VoiceOptions } from './options.ts'
export { ReceiverError } from './receiver-error.ts'
export type { ReceiverErrorCode } from './receiver-error.ts'
export { allow, deny, drop } from './handlers/decision.ts'
export type { Allowance, AllowMembers, AnyDecision, Decision, Denial, Drop } from './handlers/decision.ts'
export type { DenyCode, DroppableWord, RequiredMember } from './handlers/reply-codes.ts'
export type { EventContext, UnknownEvent, WebhookEvent } from './handlers/event.ts'
export type {
  AfterHandler,
  AfterOptions,
  BeforeHandler,
  BeforeOptions,
  FallbackHandler,
  PatternOf,
  WordsOf,
} from './handlers/handlers.ts'
export { createMemoryOnce } from './once/store.ts'
export type { MemoryOnceOptions, OnceStore, Taken } from './once/store.ts'
export { checkRequest } from './check/check-request.ts'
export type { CheckedRequest, CheckRequestOptions, VerifiedRequest } from './check/check-request.ts'
export type { CheckName, Refusal, RefusalReason } from './check/check.ts'
export { sentenceOf, traceOf } from './check/trace.ts'
export type { TraceStep } from './check/trace.ts'
export type { Observe, ReceiverEvent, RedactedError } from './watch/observe.ts'
export type { Span, Tracer } from './watch/spans.ts'
export type { Answer, Incoming, IncomingBody } from './run/incoming.ts'
export { bytesBody } from './run/incoming.ts'
