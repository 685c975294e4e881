// `@livehook/protocol/commands`: each command a constant of its own, and what can be done with one. A bundler keeps the commands
// that are used and drops the others; `./catalogue` has them all by their words.

export * from './catalogue/generated/facts.ts'
export { readEventOf } from './body/read-event.ts'
export type { EventOf, RefusedBody } from './body/read-event.ts'
export { BodyError, makeBody } from './body/make-body.ts'
export { makeReply } from './reply/make-reply.ts'
export type { ReplyChoice } from './reply/make-reply.ts'
export { readVerdict, silenceOf } from './reply/verdict.ts'
export type { ReadVerdict } from './reply/verdict.ts'
export { afterCommandOf, followsFrom, naturalKeys } from './body/natural-keys.ts'
export type { NaturalKeys } from './body/natural-keys.ts'
export type { AfterWord, BeforeWord, CommandWord, EventWord } from './catalogue/generated/words.ts'
export type * from './catalogue/generated/payloads.ts'
export type { Acknowledgement, MessageElement } from './catalogue/payload-parts.ts'
export type { Payload, Reply } from './catalogue/payload.ts'
export type { CommandFacts } from './catalogue/command-facts.ts'
export type { Drift } from './body/normalise.ts'
