// --tamper: requests that a receiver must turn away, and one event that comes twice.

import { CliError } from '../io.ts'
import type { DirectEvent } from '../send/direct-request.ts'

/** Two seconds more than the window that receivers allow. */
const beforeWindowMs = 62_000
/** More than that: what passes between here and the receiver's check brings it nearer to the window. */
const behindWindowMs = 90_000
const foreignSdkAppId = 1_499_999_999

interface Tampering {
  /** What is wrong with it, after "a request that". */
  readonly says: string
  /** What a good receiver does. */
  readonly expects: 'refusal' | 'same_reply'
  readonly events: (event: DirectEvent) => readonly DirectEvent[]
}

export const tamperings = {
  late: {
    says: 'was signed 62 seconds ago',
    expects: 'refusal',
    events: (event) => [{ ...event, at: event.at - beforeWindowMs }],
  },
  future: {
    says: 'was signed 90 seconds from now',
    expects: 'refusal',
    events: (event) => [{ ...event, at: event.at + behindWindowMs }],
  },
  badtoken: {
    says: 'was signed with another token',
    expects: 'refusal',
    events: (event) => [{ ...event, token: 'not-the-token-of-this-webhook' }],
  },
  foreign: {
    says: 'is for another app',
    expects: 'refusal',
    events: (event) => [{ ...event, sdkAppId: foreignSdkAppId }],
  },
  cut: {
    says: 'lost the second half of its body',
    expects: 'refusal',
    events: (event) => [event],
  },
  twice: {
    says: 'came before',
    expects: 'same_reply',
    events: (event) => [event, { ...event, attempt: 2 }],
  },
} as const satisfies Record<string, Tampering>

export type TamperName = keyof typeof tamperings

/** @throws CliError `usage` if it would change nothing that a receiver could see */
export function checkTamper(name: TamperName, hasToken: boolean): void {
  // A body that was cut shows only in the signature over it.
  if (hasToken || name === 'twice' || name === 'foreign') return
  throw new CliError('usage', `--tamper ${name} needs the token: give --token-file <file> or LIVEHOOK_TOKEN.`)
}

/** What is cut is cut after it was signed. */
export function cutBody(name: TamperName | undefined, body: Uint8Array): Uint8Array {
  return name === 'cut' ? body.subarray(0, Math.floor(body.length / 2)) : body
}
