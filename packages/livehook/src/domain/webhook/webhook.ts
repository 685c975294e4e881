// An app's registration: where its events go, which commands it wants, and how patiently it is tried.

import type { Spelling } from '@livehook/protocol'
import type { FailurePolicy } from '../ask/failure-policy.ts'
import type { Trial } from '../ask/trial.ts'
import type { WebhookTls } from './tls.ts'

/** Bodies are kept until retention removes them, only if a delivery did not succeed, or until they are delivered. */
export type KeepBodies = 'always' | 'failed' | 'never'

export interface Webhook {
  readonly webhookId: string
  readonly sdkAppId: number
  readonly name: string
  /** As the app registered it; our parameters are appended to it and nothing in it is touched. */
  readonly url: string
  /** Command words, `Family.*`, or `*`. A pattern stands for *after* commands only: a *before* command is named in full. */
  readonly commands: readonly string[]
  readonly spelling: Spelling
  /** Whether `contenttype=json` is among the parameters. */
  readonly contentType: boolean
  readonly enabled: boolean
  /** An operator's switch: nothing is claimed while it is on, everything waits. */
  readonly paused: boolean
  /** One deadline from name resolution to the last byte of the answer: 100 to 30 000. */
  readonly timeoutMs: number
  /** How many attempts may be on the wire at once. */
  readonly maxInFlight: number
  /** How many attempts may start in a second; `null` for no limit, 0 for none at all (everything waits). */
  readonly ratePerSecond: number | null
  /** Seconds to wait before each retry; an empty list is `none`. Its length is the number of retries. */
  readonly retrySeconds: readonly number[]
  /** Authorities and a certificate of its own; `null` for the public authorities and no certificate. */
  readonly tls: WebhookTls | null
  /** Headers of the app's own, sent with every attempt. */
  readonly headers: Readonly<Record<string, string>>
  /** By when an ask is answered, in every case: 100 to 10 000. */
  readonly askDeadlineMs: number
  /** What an ask means that got no verdict. */
  readonly failurePolicy: FailurePolicy
  /** A second URL that asks are tried on. */
  readonly trial: Trial | null
  /** What is kept of a body once its delivery has succeeded: messages are private. */
  readonly keepBodies: KeepBodies
  /** Why the service switched it off by itself; `null` if it did not. */
  readonly disabledReason: 'failing' | null
  /** Accepted tokens; the first one signs, all of them make a `webhook-signature`. Empty: nothing is signed. */
  readonly tokens: readonly string[]
  /** Tokens that are kept while signing is switched off; empty if it is on. */
  readonly heldTokens: readonly string[]
  /** While the token is being replaced: when the last one of `tokens` takes over, epoch milliseconds; `null` if none is. */
  readonly rotationEndsAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly lastSuccessAt: number | null
  readonly lastFailureAt: number | null
  /** The first failure since the last success; `null` if the last attempt succeeded or none was made. */
  readonly failingSince: number | null
}

/** The schedule of retries if a webhook names none: 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 3 h, 6 h, 12 h. */
export const defaultRetrySeconds: readonly number[] = [5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200]

export const webhookDefaults = {
  spelling: 'webhook',
  contentType: true,
  enabled: true,
  paused: false,
  timeoutMs: 5000,
  maxInFlight: 32,
  ratePerSecond: null,
  askDeadlineMs: 2000,
  failurePolicy: {},
  trial: null,
  tls: null,
  keepBodies: 'always',
  disabledReason: null,
  rotationEndsAt: null,
} as const

/**
 * Says whether a webhook wants the events of an *after* command.
 * @param patterns command words, `Family.*`, or `*`
 * @param command a command word, `Family.Name`
 */
export function subscribes(patterns: readonly string[], command: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' || pattern === command || (pattern.endsWith('.*') && command.startsWith(pattern.slice(0, -1))),
  )
}

/**
 * Says whether a webhook is asked a *before* command. Patterns do not count: no one becomes the one who decides by accident.
 * @param words the webhook's commands
 * @param command the word of a *before* command
 */
export function decides(words: readonly string[], command: string): boolean {
  return words.includes(command)
}
