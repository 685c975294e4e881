// What an ask means that got no verdict: per webhook, per command and per class of failure. Pure.

import { silenceOf } from '@livehook/protocol/catalogue'
import type { CommandFacts } from '@livehook/protocol/catalogue'
import { assertNever } from '../assert.ts'
import type { Diagnosis } from '../diagnosis/diagnosis.ts'

/**
 * Why there is no verdict: the deadline passed, the receiver could not be reached, TLS, a status that is not 200, an answer
 * that decides nothing, a breaker that is open, or trouble of our own.
 */
export const failureClasses = [
  'timeout',
  'unreachable',
  'tls',
  'bad_status',
  'no_verdict',
  'breaker_open',
  'ours',
] as const

export type FailureClass = (typeof failureClasses)[number]

/** `default` is what the catalogue says of the command. */
export type PolicyChoice = 'allow' | 'deny' | 'default'

/** Choices by command word or `*`, and in there by class of failure or `*`. */
export type FailurePolicy = Readonly<Record<string, Readonly<Partial<Record<FailureClass | '*', PolicyChoice>>>>>

/** What the client sees where a policy denies: the platform's code for a webhook that failed or did not answer in time. */
export const policyDenialCode = 80_003

/** The class of an attempt that failed; an attempt that succeeded without deciding anything is `no_verdict`. */
export function failureClassOf({ symptom, detail }: Pick<Diagnosis, 'symptom' | 'detail'>): FailureClass {
  switch (symptom) {
    case 'times_out':
      return detail.endsWith('_timeout') ? 'timeout' : 'unreachable'
    case 'access_denied':
      return detail.startsWith('tls_') ? 'tls' : 'unreachable'
    case 'https_certificate_error':
    case 'https_mutual_authentication_error':
      return 'tls'
    case 'http_code_not_200':
      return 'bad_status'
    case 'response_not_json':
    case 'none':
      return 'no_verdict'
    case 'ours':
      return 'ours'
    default:
      return assertNever(symptom)
  }
}

export interface PolicyFacts {
  readonly policy: FailurePolicy
  readonly command: Pick<CommandFacts, 'command' | 'reply'>
  readonly failureClass: FailureClass
  /** The webhook's command words: one of them may be a switch that turns the default around. */
  readonly subscribed: readonly string[]
}

export interface PolicyVerdict {
  readonly verdict: 'allow' | 'deny'
  /** Which rule decided: `policy:<command>:<class>` as it stands in the webhook, `switch:<command>`, or `default`. */
  readonly rule: string
}

/**
 * What the failure policy decides. The most exact entry counts: command and class, command and `*`, `*` and class, `*` and `*`.
 * If none is there, or it says `default`, the catalogue decides.
 */
export function applyFailurePolicy({ policy, command, failureClass, subscribed }: PolicyFacts): PolicyVerdict {
  for (const word of [command.command, '*']) {
    const entry = Object.hasOwn(policy, word) ? policy[word] : undefined
    for (const name of [failureClass, '*'] as const) {
      const choice = entry?.[name]
      if (choice === 'default') return byDefault(command, subscribed)
      if (choice !== undefined) return { verdict: choice, rule: `policy:${word}:${name}` }
    }
  }
  return byDefault(command, subscribed)
}

function byDefault(command: Pick<CommandFacts, 'command' | 'reply'>, subscribed: readonly string[]): PolicyVerdict {
  const plain = silenceOf(command, () => false)
  const verdict = silenceOf(command, (word) => subscribed.includes(word))
  const unless = command.reply?.silence.unless
  return { verdict, rule: verdict === plain || unless === undefined ? 'default' : `switch:${unless}` }
}
