// A request as it arrived at `livehook listen`, and what the checks of a receiver say about it.

import { parseRequest } from '@livehook/protocol/node'
import { findCommand, readEvent, resolveCommand } from '@livehook/protocol/catalogue'
import { sentenceOf, traceOf } from '@livehook/receiver'
import type { CheckName, Refusal } from '@livehook/receiver'
import { checkRequestNow } from '@livehook/receiver/node'
import type { IncomingHttpHeaders } from 'node:http'
import { verifyRequest } from '../signature/verification.ts'

export interface Arrived {
  /** Epoch milliseconds. */
  readonly at: number
  readonly method: string
  /** Path and query as on the request line. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
}

export interface CheckStep {
  readonly check: CheckName
  /** `skipped`: there was nothing to check it with. */
  readonly result: 'passed' | 'failed' | 'not_reached' | 'skipped'
}

export interface Checked {
  /** `unchecked`: no token is known here, so that no one can say who sent it. */
  readonly result: 'verified' | 'unchecked' | 'refused'
  readonly checks: readonly CheckStep[]
  readonly refusal?: Refusal
  /** Why it was refused: what was found, the likely cause, what to do. */
  readonly says: readonly string[]
  readonly sdkAppId?: number
  readonly command?: string
  /** `webhook-id`. */
  readonly eventId?: string
  readonly attempt?: number
}

export interface CheckRules {
  /** Accepted tokens; with none of them Sign is not looked at. */
  readonly tokens: readonly string[]
  /** The only app that is accepted; any if it is left out. */
  readonly sdkAppId?: number | undefined
}

/** Checks a request as a receiver of `@livehook/receiver` does, and says what each check found. */
export function checkArrived(arrived: Arrived, rules: CheckRules): Checked {
  const query = queryOf(arrived.target)
  const parameters = parseRequest(query)
  const facts = parameters.kind === 'request' ? { sdkAppId: parameters.sdkAppId, command: parameters.command } : {}
  const who = { ...facts, ...eventOf(arrived.headers) }
  const refusal = refusalOf(arrived, query, { ...rules, sdkAppId: rules.sdkAppId ?? facts.sdkAppId })
  if (refusal !== undefined) {
    return {
      result: 'refused',
      checks: traceOf(refusal),
      refusal,
      says: causes(refusal, { arrived, query, rules }),
      ...who,
    }
  }
  const isSigned = rules.tokens.length > 0
  const hasSignature = arrived.headers['webhook-signature'] !== undefined
  const passed = (check: CheckName, isMade: boolean): CheckStep => ({ check, result: isMade ? 'passed' : 'skipped' })
  const checks = [
    passed('method', true),
    passed('parameters', true),
    passed('app', rules.sdkAppId !== undefined),
    passed('sign', isSigned),
    passed('window', isSigned),
    passed('body', true),
    passed('body_signature', isSigned && hasSignature),
    passed('json', true),
    passed('command', true),
  ]
  return { result: isSigned ? 'verified' : 'unchecked', checks, says: [], ...who }
}

function refusalOf(arrived: Arrived, query: string, rules: CheckRules): Refusal | undefined {
  const { method, headers, body, at } = arrived
  const checked = checkRequestNow(
    { method, query, headers, body },
    {
      // If the parameters cannot be read they are refused before the app is looked at.
      sdkAppId: rules.sdkAppId ?? 0,
      tokens: rules.tokens,
      unsigned: rules.tokens.length === 0 ? 'accept' : 'refuse',
      now: () => at,
    },
  )
  if (checked.kind === 'refused') {
    // Without a token there is nothing to compare Sign with: see `unchecked`.
    return rules.tokens.length === 0 && checked.reason === 'config_error' ? undefined : checked
  }
  const read = readEvent(checked.parameters.command, body)
  if (read.kind !== 'refused') return undefined
  return { kind: 'refused', check: read.reason === 'command_mismatch' ? 'command' : 'json', reason: read.reason }
}

/** The sentence of the check, and the causes that `livehook verify` would find. */
function causes(
  refusal: Refusal,
  { arrived, query, rules }: { readonly arrived: Arrived; readonly query: string; readonly rules: CheckRules },
): readonly string[] {
  const sentence = sentenceOf(refusal)
  // Which clock is wrong, and by how much, is said already.
  if (rules.tokens.length === 0 || refusal.check === 'window') return [sentence]
  const { steps } = verifyRequest({
    query,
    headers: pairsOf(arrived.rawHeaders),
    body: arrived.body,
    tokens: rules.tokens,
    sdkAppId: rules.sdkAppId,
    now: arrived.at,
  })
  return [sentence, ...(steps.find(({ result }) => result === 'failed')?.says ?? [])]
}

/** Names and values in turn, as pairs. */
export function pairsOf(rawHeaders: readonly string[]): readonly (readonly [name: string, value: string])[] {
  const pairs: (readonly [string, string])[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
  return pairs
}

function queryOf(target: string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? '' : target.slice(mark + 1)
}

function eventOf(headers: IncomingHttpHeaders): Pick<Checked, 'eventId' | 'attempt'> {
  const id = headers['webhook-id']
  const attempt = headers['livehook-attempt']
  return {
    ...(typeof id === 'string' && id !== '' ? { eventId: id } : {}),
    ...(typeof attempt === 'string' && /^[1-9]\d{0,5}$/.test(attempt) ? { attempt: Number(attempt) } : {}),
  }
}

/** The word under which a command is in the catalogue, if it is in it. */
export function catalogueWord(command: string): string {
  return (findCommand(command) ?? resolveCommand(command))?.command ?? command
}
