// For app backends: a receiver for the webhooks of a live or chat platform. This entry runs wherever there is a Web `Request`;
// `./node` and the entries of the frameworks are the same receiver with their handler.

export { createLeanReceiver, createReceiver } from './create.ts'
export type { LeanReceiver, Receiver } from './receiver.ts'
export { fetchHandler } from './web.ts'
export type { FetchContext } from './web.ts'
export type { AppOptions, LeanOptions, NamedToken, OnceOptions, ReceiverOptions, VoiceOptions } from './options.ts'
export { ReceiverError } from './receiver-error.ts'
export type { ReceiverErrorCode } from './receiver-error.ts'
export { allow, deny, drop } from './decision.ts'
export type { Allowance, AllowMembers, AnyDecision, Decision, Denial, Drop } from './decision.ts'
export type { DenyCode, DroppableWord, RequiredMember } from './reply-codes.ts'
export type { EventContext, UnknownEvent, WebhookEvent } from './event.ts'
export type {
  AfterHandler,
  AfterOptions,
  BeforeHandler,
  BeforeOptions,
  FallbackHandler,
  PatternOf,
  WordsOf,
} from './handlers.ts'
export { createMemoryOnce } from './once-store.ts'
export type { MemoryOnceOptions, OnceStore, Taken } from './once-store.ts'
export { checkRequest } from './check-request.ts'
export type { CheckedRequest, CheckRequestOptions, VerifiedRequest } from './check-request.ts'
export type { CheckName, Refusal, RefusalReason } from './check.ts'
export { sentenceOf, traceOf } from './trace.ts'
export type { TraceStep } from './trace.ts'
export type { Observe, ReceiverEvent, RedactedError } from './observe.ts'
export type { Span, Tracer } from './spans.ts'
export type { Answer, Incoming, IncomingBody } from './incoming.ts'
export { bytesBody } from './incoming.ts'
