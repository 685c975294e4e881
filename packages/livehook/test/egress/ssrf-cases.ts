// The shape of the cases in ssrf.json, as far as the tests read it.

import { readFileSync } from 'node:fs'
import type { Diagnosis } from '../../src/domain/diagnosis/diagnosis.ts'
import { parseEgressPolicy } from '../../src/domain/egress/policy.ts'
import type { EgressPolicy } from '../../src/domain/egress/policy.ts'
import type { Outcome } from '../../src/domain/diagnosis/outcome.ts'

/** Far longer than the resolver's own cap of 5 s: a silent server is given up before the attempt is, however busy the machine. */
export const attemptDeadlineMs = 30_000

/** What one exchange of a case came to, as the program in the namespace prints it. */
export interface SsrfResult {
  readonly outcome: Outcome
  readonly diagnosis: Diagnosis
  /** TCP connections that the kernel began for it. */
  readonly dials: number
  /** Addresses of ours that a connection arrived at. */
  readonly arrivals: readonly string[]
  /** Questions that the DNS server got for it. */
  readonly questions: readonly string[]
}

/** What the program in the namespace prints. */
export interface SsrfWorld {
  /** By case, one per exchange. */
  readonly results: Readonly<Record<string, readonly SsrfResult[]>>
  readonly ownAddresses: readonly string[]
}

export interface SsrfCase {
  readonly id: string
  readonly category: string
  readonly why: string
  readonly input: {
    readonly url: string
    readonly policy: string
    readonly dns: null | {
      readonly answers?: readonly string[]
      readonly sequence?: readonly (readonly string[])[]
      readonly error?: string
    }
    readonly http?: { readonly status: number; readonly location: string }
  }
  readonly expected: {
    readonly verdict: 'allow' | 'deny'
    readonly stage: 'registration' | 'connect' | 'response'
    readonly reason: string
  }
}

function isSsrfCase(value: unknown): value is SsrfCase {
  return typeof value === 'object' && value !== null && 'id' in value && 'input' in value && 'expected' in value
}

/** Reads the policies that the cases use: `default`, `allow 10.1.0.0/16`, `https_only`, `nat64_decode`, `self=[…]`. */
export function policyOf(text: string): EgressPolicy {
  const allow = /^allow (\S+)/.exec(text)?.[1]
  const self = /^self=\[(.*)\]$/.exec(text)?.[1]
  return parseEgressPolicy({
    allow: allow === undefined ? [] : [allow],
    httpsOnly: text === 'https_only',
    nat64Decode: text === 'nat64_decode',
    selfAddresses: self === undefined ? [] : self.split(','),
  })
}

export function readSsrfCases(): readonly SsrfCase[] {
  const file: unknown = JSON.parse(readFileSync(new URL('../cases/ssrf.json', import.meta.url), 'utf8'))
  const list = typeof file === 'object' && file !== null && 'cases' in file ? file.cases : undefined
  if (!Array.isArray(list) || !list.every(isSsrfCase)) throw new TypeError('ssrf.json holds no list of cases')
  return list
}
