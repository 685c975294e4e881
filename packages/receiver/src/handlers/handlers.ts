// Who handles what: by command, by family, or everything else.

import type { BeforeWord, AfterWord, EventWord } from '@livehook/protocol/commands'
import type { CommandTable } from './command-table.ts'
import type { AnyDecision, Decision } from './decision.ts'
import type { UnknownEvent, WebhookEvent } from './event.ts'
import { ReceiverError } from '../receiver-error.ts'

type OrPromise<Value> = Value | Promise<Value>

/** Decides about a *before* event; returning nothing allows it. */
// oxlint-disable-next-line typescript/no-invalid-void-type -- a handler without a return statement is what `void` is for
export type BeforeHandler<Word extends BeforeWord> = (event: WebhookEvent<Word>) => OrPromise<Decision<Word> | void>

/** Is told of an *after* event; what it returns is not looked at. */
export type AfterHandler<Word extends AfterWord> = (event: WebhookEvent<Word>) => unknown

/** Gets what no other handler gets. For a *before* event it may return a decision. */
export type FallbackHandler = (event: UnknownEvent) => unknown

type FamilyOf<Word extends string> = Word extends `${infer Family}.${string}` ? Family : never

/** A command word, or all commands of a family: `Live.*`. */
export type PatternOf<Word extends EventWord> = Word | `${FamilyOf<Word>}.*`

/** The commands that a pattern means. */
export type WordsOf<Pattern extends string, Word extends EventWord> = Pattern extends `${infer Family}.*`
  ? Extract<Word, `${Family}.${string}`>
  : Extract<Word, Pattern>

export interface BeforeOptions<Word extends BeforeWord = BeforeWord> {
  /** What is answered when the time is up. Left out: 503, and the platform does what it does about silence. */
  readonly timeUp?: Decision<Word>
  /** After how many milliseconds the time is up, if that is sooner than for the other commands. */
  readonly withinMs?: number
}

export interface AfterOptions {
  /** As the receiver's option, for this handler. */
  readonly answer?: 'first' | 'last'
}

/** A handler with what is known of it. */
export interface Registered {
  readonly handle: (event: never) => unknown
  readonly timeUp?: AnyDecision
  readonly withinMs?: number
  readonly answer?: 'first' | 'last'
}

export interface HandlerTable {
  add(phase: 'before' | 'after', pattern: string, registered: Registered): void
  /** The most particular handler: the command's, its family's, none. */
  find(phase: 'before' | 'after', command: string): Registered | undefined
}

/** @param commands what may be registered */
export function createHandlerTable(commands: CommandTable): HandlerTable {
  const handlers = new Map<string, Registered>()
  return {
    add(phase, pattern, registered) {
      const isKnown = commands.all.some(
        (facts) => facts.phase === phase && (facts.command === pattern || `${facts.family}.*` === pattern),
      )
      if (!isKnown) {
        throw new ReceiverError('unknown_command', `There is no ${phase} command ${pattern}: see the list of commands.`)
      }
      const key = `${phase} ${pattern}`
      if (handlers.has(key)) throw new ReceiverError('handler_twice', `${pattern} has a handler already.`)
      handlers.set(key, registered)
    },
    find: (phase, command) =>
      handlers.get(`${phase} ${command}`) ?? handlers.get(`${phase} ${command.slice(0, command.indexOf('.'))}.*`),
  }
}
