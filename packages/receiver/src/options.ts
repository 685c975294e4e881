// The options of a receiver: checked once, unknown names refused, because a misspelt `requireBodySignature` would otherwise
// be a door that is open without anyone knowing.

import type { CheckRules } from './check/check.ts'
import type { FallbackHandler } from './handlers/handlers.ts'
import type { Observe } from './watch/observe.ts'
import type { OnceSettings } from './once/once.ts'
import type { OnceStore } from './once/store.ts'
import { ReceiverError } from './receiver-error.ts'
import type { Tracer } from './watch/spans.ts'

/** A token, with the name under which it is reported, or just the token. */
export type NamedToken = string | { readonly name: string; readonly token: string }

export interface AppOptions {
  /** One to four, newest first. During a change of token both are accepted, and each event says which matched. */
  readonly tokens: readonly NamedToken[]
}

export interface OnceOptions {
  /** Where replies are remembered; the memory of this process if it is left out. */
  readonly store?: OnceStore
  /** How long a reply is remembered, in milliseconds; 24 hours if it is left out. */
  readonly keepMs?: number
  /** After how long a request that was begun and never finished may be begun again, in milliseconds; 60 seconds. */
  readonly leaseMs?: number
  /**
   * What tells a repetition where there is no `webhook-id`, as on the public platforms: `natural_key` (the default) for the
   * commands whose bodies name their event, `body` for every command (two honest events with equal bodies then count as one), `off`.
   */
  readonly withoutId?: OnceSettings['withoutId']
}

interface CommonOptions {
  /** The apps that this backend belongs to, by SdkAppId. A request for any other is refused. */
  readonly apps: Readonly<Record<number, AppOptions>>
  /** With `accept`, requests for an app without tokens are taken as they come. Anyone can send those. */
  readonly unsigned?: 'refuse' | 'accept'
  /** Refuse requests without `webhook-signature`, the signature that covers the body. The public platforms send none. */
  readonly requireBodySignature?: boolean
  /** Largest body, in bytes; 1 MiB if it is left out. */
  readonly maxBodyBytes?: number
  /** How long the platform waits for an answer, in milliseconds; 2000 if it is left out. */
  readonly platformWaitMs?: number
  /** How much earlier the answer is given, in milliseconds; 250: 100 for the way back, the rest for what passed before the request was here. */
  readonly marginMs?: number
  /** Whether the answer to an *after* event waits for the handler (`last`, the default) or is given at once (`first`). */
  readonly answer?: 'first' | 'last'
  /** Repetitions get the same reply without the handler; `off` runs the handler every time. */
  readonly once?: OnceOptions | 'off'
  /** Is told what happens, for metrics and logs. Tokens and Sign are not in it. */
  readonly observe?: Observe
  /** Epoch milliseconds; the clock of this machine if it is left out. */
  readonly now?: () => number
  /** From 0 to below 1; spreads the waiting for another process that handles the same event. */
  readonly random?: () => number
}

/** A strict receiver has an answer of the app's own for every command: a fallback is a must. */
type Strictness =
  | { readonly strict: true; readonly fallback: FallbackHandler }
  | { readonly strict?: false; readonly fallback?: FallbackHandler }

export type LeanOptions = CommonOptions & Strictness

/** What a receiver has that a lean one leaves out. */
export interface VoiceOptions {
  /** Where sentences about trouble go, at most 60 a minute; `console.warn` if it is left out, `false` for nowhere. */
  readonly log?: ((sentence: string) => void) | false
  /** A tracer of OpenTelemetry: each event is a span. */
  readonly tracer?: Tracer
}

export type ReceiverOptions = LeanOptions & VoiceOptions

export interface AppTokens {
  readonly tokens: readonly string[]
  readonly names: readonly string[]
}

export interface ReceiverSettings {
  readonly apps: ReadonlyMap<number, AppTokens>
  readonly rules: CheckRules
  readonly maxBodyBytes: number
  /** From the request's arrival to the answer, in milliseconds. */
  readonly budgetMs: number
  readonly answer: 'first' | 'last'
  readonly once: OnceSettings
  readonly now: () => number
  readonly random: () => number
}

const known = new Set<string>([
  'apps',
  'unsigned',
  'requireBodySignature',
  'maxBodyBytes',
  'platformWaitMs',
  'marginMs',
  'answer',
  'once',
  'observe',
  'now',
  'random',
  'strict',
  'fallback',
] satisfies (keyof LeanOptions)[])

/** @throws ReceiverError `options` for what cannot be meant */
export function parseOptions(options: LeanOptions): ReceiverSettings {
  for (const name of Object.keys(options)) if (!known.has(name)) throw wrong(`there is no option ${name}`)
  if (options.strict === true && typeof options.fallback !== 'function') throw wrong('strict needs a fallback')
  if (options.unsigned !== undefined && !['refuse', 'accept'].includes(options.unsigned)) {
    throw wrong("unsigned is 'refuse' or 'accept'")
  }
  const acceptUnsigned = options.unsigned === 'accept'
  const apps = parseApps(options.apps, acceptUnsigned)
  const platformWaitMs = positive('platformWaitMs', options.platformWaitMs ?? 2000)
  const marginMs = positive('marginMs', options.marginMs ?? 250)
  if (marginMs >= platformWaitMs) throw wrong('marginMs must be less than platformWaitMs')
  const once = options.once === 'off' ? {} : (options.once ?? {})
  return {
    apps,
    rules: {
      tokensOf: (sdkAppId) => apps.get(sdkAppId)?.tokens,
      acceptUnsigned,
      requireBodySignature: options.requireBodySignature === true,
    },
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? 1_048_576),
    budgetMs: platformWaitMs - marginMs,
    answer: options.answer ?? 'last',
    once: {
      isOff: options.once === 'off',
      keepMs: positive('once.keepMs', once.keepMs ?? 86_400_000),
      leaseMs: positive('once.leaseMs', once.leaseMs ?? 60_000),
      withoutId: once.withoutId ?? 'natural_key',
    },
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  }
}

function parseApps(apps: LeanOptions['apps'], acceptUnsigned: boolean): ReadonlyMap<number, AppTokens> {
  const entries = Object.entries(apps)
  if (entries.length === 0) throw wrong('apps is empty')
  return new Map(
    entries.map(([id, app]) => [parseId(id), parseTokens(`apps.${id}.tokens`, app.tokens, acceptUnsigned)]),
  )
}

function parseId(id: string): number {
  if (!/^[1-9][0-9]{0,9}$/.test(id)) throw wrong(`apps has ${id}, which is no SdkAppId`)
  return Number(id)
}

function parseTokens(at: string, tokens: readonly NamedToken[], acceptUnsigned: boolean): AppTokens {
  if (!Array.isArray(tokens)) throw wrong(`${at} must be a list`)
  if (tokens.length === 0 && !acceptUnsigned) throw wrong(`${at} is empty; that needs unsigned: 'accept'`)
  if (tokens.length > 4) throw wrong(`${at} has more than four tokens`)
  const texts = tokens.map((token) => (typeof token === 'object' && token !== null ? token.token : token))
  texts.forEach((text: unknown, index) => {
    // An unset environment variable arrives here as undefined, whatever the types say; an empty token signs nothing.
    if (typeof text !== 'string' || text === '') {
      throw wrong(`${at}[${index}] is empty: is the environment variable set where this runs?`)
    }
  })
  const names = tokens.map((token, index) => (typeof token === 'string' ? `token ${index + 1}` : token.name))
  return { tokens: texts, names }
}

function positive(name: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0) throw wrong(`${name} must be a positive number`)
  return value
}

function wrong(sentence: string): ReceiverError {
  return new ReceiverError('options', `createReceiver: ${sentence}.`)
}
