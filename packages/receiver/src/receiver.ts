// The receiver: handlers by command, and one flow for every request, whatever framework it comes through.

import type { AfterWord, BeforeWord, EventWord } from '@livehook/protocol/commands'
import type { Hashing } from './check/check.ts'
import type { CommandTable } from './handlers/command-table.ts'
import { answerRequest } from './run/exchange.ts'
import type { ExchangeDeps } from './run/exchange-deps.ts'
import { createHandlerTable } from './handlers/handlers.ts'
import type {
  AfterHandler,
  AfterOptions,
  BeforeHandler,
  BeforeOptions,
  FallbackHandler,
  PatternOf,
  WordsOf,
} from './handlers/handlers.ts'
import type { Answer, Incoming } from './run/incoming.ts'
import { createMemoryOnce } from './once/store.ts'
import { createOnce } from './once/once.ts'
import type { Once } from './once/once.ts'
import { parseOptions } from './options.ts'
import type { LeanOptions, ReceiverOptions } from './options.ts'
import { createLog } from './watch/log.ts'
import { createRedact, createTeller, redactError } from './watch/observe.ts'
import type { Observe } from './watch/observe.ts'
import { spansOf } from './watch/spans.ts'
import type { InSpan } from './watch/spans.ts'
import { explain } from './check/trace.ts'
import type { Explain } from './check/trace.ts'
import { fetchHandler } from './run/web.ts'
import type { FetchContext } from './run/web.ts'

/** A receiver without the portable handler, the log and the spans: see `createLeanReceiver`. */
export interface LeanReceiver<Word extends EventWord = EventWord> {
  /**
   * Decides about a *before* event.
   * @param pattern a command word, or `Family.*`; the command's own handler goes before the family's
   * @param handler returns `allow()`, `deny()`, `drop()`, or nothing, which allows
   * @throws ReceiverError `unknown_command`, `handler_twice`
   */
  before<Pattern extends PatternOf<Extract<Word, BeforeWord>>>(
    pattern: Pattern,
    handler: BeforeHandler<WordsOf<Pattern, Extract<Word, BeforeWord>>>,
    options?: BeforeOptions<WordsOf<Pattern, Extract<Word, BeforeWord>>>,
  ): this
  /**
   * Is told of an *after* event.
   * @param handler is run again, with the same event, when it throws and the platform comes again
   * @throws ReceiverError `unknown_command`, `handler_twice`
   */
  after<Pattern extends PatternOf<Extract<Word, AfterWord>>>(
    pattern: Pattern,
    handler: AfterHandler<WordsOf<Pattern, Extract<Word, AfterWord>>>,
    options?: AfterOptions,
  ): this
  /** Gets every event that no other handler gets, also of commands that are not in the catalogue. */
  fallback(handler: FallbackHandler): this
  /** Answers a request of any other shape; what every adapter calls. Never rejects. */
  handle(incoming: Incoming): Promise<Answer>
  /** Resolves when no handler is running any more: before the process stops. */
  idle(): Promise<void>
}

export interface Receiver<Word extends EventWord = EventWord> extends LeanReceiver<Word> {
  /** Answers a Web `Request`: Bun, Deno, workers. Never rejects. */
  fetch(request: Request, context?: FetchContext): Promise<Response>
}

export interface ReceiverDeps {
  readonly commands: CommandTable
  readonly hashing: Hashing
}

/**
 * A receiver that speaks: with its log, its spans and the portable handler.
 * @throws ReceiverError `options`
 */
export function buildReceiver(options: ReceiverOptions, deps: ReceiverDeps): Receiver {
  const { log, tracer, ...lean } = options
  const inSpan = tracer === undefined ? undefined : spansOf(tracer)
  // oxlint-disable-next-line no-console -- a bare 401 tells a developer nothing; anyone who has a log of their own hands it in
  const write = log ?? ((sentence: string) => console.warn(sentence))
  const listeners = write === false ? [] : [createLog({ write, now: options.now ?? Date.now })]
  const receiver = buildLeanReceiver(lean, { ...deps, listeners, explain, ...(inSpan !== undefined && { inSpan }) })
  return Object.assign(receiver, { fetch: fetchHandler(receiver) })
}

interface LeanDeps extends ReceiverDeps {
  readonly listeners?: readonly Observe[]
  readonly explain?: Explain
  readonly inSpan?: InSpan
}

/** @throws ReceiverError `options` */
export function buildLeanReceiver<Word extends EventWord>(options: LeanOptions, deps: LeanDeps): LeanReceiver<Word> {
  let { fallback } = options
  const exchange = exchangeDeps(options, deps, () => fallback)
  const { handlers, running } = exchange
  return {
    before(pattern, handler, more = {}) {
      handlers.add('before', pattern, { handle: handler, ...more })
      return this
    },
    after(pattern, handler, more = {}) {
      handlers.add('after', pattern, { handle: handler, ...more })
      return this
    },
    fallback(handler) {
      fallback = handler
      return this
    },
    handle: (incoming) => answerRequest(incoming, exchange),
    async idle() {
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}

function exchangeDeps(options: LeanOptions, deps: LeanDeps, fallback: ExchangeDeps['fallback']): ExchangeDeps {
  const settings = parseOptions(options)
  const redact = createRedact([...settings.apps.values()].flatMap(({ tokens }) => tokens))
  const { observe } = options
  const tell = createTeller([...(observe === undefined ? [] : [observe]), ...(deps.listeners ?? [])])
  const failed = (error: unknown): void => tell({ kind: 'once_store_failed', error: redactError(error, redact) })
  const store = options.once === 'off' ? undefined : options.once?.store
  const onceIn = (): Once => createOnce({ store: store ?? createMemoryOnce(settings), settings, failed })
  // Two memories: a flood of requests under a stolen address must not push out what is known of events whose bodies were signed.
  const [proven, others] = [onceIn(), onceIn()]
  return {
    settings,
    commands: deps.commands,
    hashing: deps.hashing,
    handlers: createHandlerTable(deps.commands),
    fallback,
    onceOf: (verified) => (verified === 'body' ? proven : others),
    tell,
    redact,
    explain: deps.explain ?? (({ reason }) => ({ sentence: reason, trace: [] })),
    inSpan: deps.inSpan ?? ((_facts, work) => work()),
    running: new Set(),
  }
}
