// `@livehook/protocol/commands`: each command a constant of its own, and what can be done with one. A bundler keeps the commands
// that are used and drops the others; `./catalogue` has them all by their words.

export * from './generated/facts.ts'
export { readEventOf } from './read-event.ts'
export type { EventOf, RefusedBody } from './read-event.ts'
export { BodyError, makeBody, makeReply } from './make-canonical.ts'
export type { ReplyChoice } from './make-canonical.ts'
export { readVerdict, silenceOf } from './verdict.ts'
export type { ReadVerdict } from './verdict.ts'
export { afterCommandOf, followsFrom, naturalKeys } from './natural-keys.ts'
export type { NaturalKeys } from './natural-keys.ts'
export type { AfterWord, BeforeWord, CommandWord, EventWord } from './generated/words.ts'
export type * from './generated/payloads.ts'
export type { Acknowledgement, MessageElement, Payload, Reply } from './payload.ts'
export type { CommandFacts } from './command-facts.ts'
export type { Drift } from './normalise-body.ts'
