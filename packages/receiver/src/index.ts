// For app backends: a receiver for the webhooks of a live or chat platform. This entry runs wherever there is a Web `Request`;
// `./node` and the entries of the frameworks are the same receiver with their handler.
//
// Reading order, which is the way of a request:
//   adapters/   a framework's request becomes an `Incoming`, the `Answer` its response (adapters/node.ts, the others like it)
//   create.ts, receiver.ts, options.ts   a receiver put together from its options
//   run/        exchange.ts answers one request: admit.ts (verified?), run-once.ts, run-event.ts (the handler), answer.ts
//   check/      the checks of Sign, time and body signature, apart from hashing and reading
//   once/       the second attempt gets the reply of the first
//   handlers/   what an app registers and decides: events, decisions, the codes and members of each command
//   watch/      what is said about it: observer, log, spans
//   testing/    the entry `./testing`: signed and forged requests, matchers
// Kept between requests: handlers (handlers.ts), replies (once/store.ts), runs under way (once.ts, receiver.ts), log lines (log.ts).

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
