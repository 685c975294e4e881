// What stands in the form of a webhook while it is filled in: numbers and lists as they are typed. Pure.

import type { NewWebhook, Webhook } from 'livehook/contract'
import { formatSeconds, parseSchedule } from './schedule.ts'

export type FailurePolicy = Webhook['failurePolicy']
export type PolicyChoice = 'allow' | 'deny' | 'default'

export const failureClasses = [
  '*',
  'timeout',
  'unreachable',
  'tls',
  'bad_status',
  'no_verdict',
  'breaker_open',
  'ours',
] as const
export type FailureClass = (typeof failureClasses)[number]

/** One rule of the failure policy, on a line of its own. */
export interface PolicyRow {
  readonly id: number
  /** A command word, or `*`. */
  readonly command: string
  readonly failureClass: FailureClass
  readonly choice: PolicyChoice
}

export interface HeaderRow {
  readonly id: number
  readonly name: string
  readonly value: string
}

export interface Draft {
  readonly name: string
  readonly url: string
  readonly spelling: Webhook['spelling']
  readonly contentType: boolean
  readonly commands: readonly string[]
  readonly enabled: boolean
  readonly paused: boolean
  readonly timeoutMs: string
  readonly maxInFlight: string
  /** Empty for no limit. */
  readonly ratePerSecond: string
  readonly retryKind: 'usual' | 'none' | 'own'
  readonly retrySchedule: string
  readonly keepBodies: Webhook['keepBodies']
  readonly headers: readonly HeaderRow[]
  readonly askDeadlineMs: string
  readonly policy: readonly PolicyRow[]
  readonly trialKind: 'none' | 'shadow' | 'share'
  readonly trialUrl: string
  readonly trialPercent: string
  /** PEM, all three; the key is never read back, and empty if it stays as it is. */
  readonly tlsCa: string
  readonly tlsCertificate: string
  readonly tlsPrivateKey: string
}

/** The schedule of retries if a webhook names none. */
export const usualRetry: readonly number[] = [5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200]

const emptyDraft: Draft = {
  name: '',
  url: '',
  spelling: 'webhook',
  contentType: true,
  commands: [],
  enabled: true,
  paused: false,
  timeoutMs: '5000',
  maxInFlight: '32',
  ratePerSecond: '',
  retryKind: 'usual',
  retrySchedule: usualRetry.map(formatSeconds).join(', '),
  keepBodies: 'always',
  headers: [],
  askDeadlineMs: '2000',
  policy: [],
  trialKind: 'none',
  trialUrl: '',
  trialPercent: '10',
  tlsCa: '',
  tlsCertificate: '',
  tlsPrivateKey: '',
}

/** A webhook as it stands in the form; without one, a new form with what the service would take by itself. */
export function draftOf(webhook: Webhook | undefined): Draft {
  if (webhook === undefined) return emptyDraft
  const { retry, trial } = webhook
  const seconds = retry === 'none' ? usualRetry : retry
  return {
    name: webhook.name,
    url: webhook.url,
    spelling: webhook.spelling,
    contentType: webhook.contentType,
    commands: webhook.commands,
    enabled: webhook.enabled,
    paused: webhook.paused,
    timeoutMs: String(webhook.timeoutMs),
    maxInFlight: String(webhook.maxInFlight),
    ratePerSecond: webhook.ratePerSecond === null ? '' : String(webhook.ratePerSecond),
    retryKind: retry === 'none' ? 'none' : isUsual(retry) ? 'usual' : 'own',
    retrySchedule: seconds.map(formatSeconds).join(', '),
    keepBodies: webhook.keepBodies,
    headers: Object.entries(webhook.headers).map(([name, value], id) => ({ id, name, value })),
    askDeadlineMs: String(webhook.askDeadlineMs),
    policy: rowsOf(webhook.failurePolicy),
    trialKind: trial === null ? 'none' : trial.kind,
    trialUrl: trial === null ? '' : trial.url,
    trialPercent: trial?.kind === 'share' ? String(trial.percent) : emptyDraft.trialPercent,
    tlsCa: webhook.tls?.ca ?? '',
    tlsCertificate: webhook.tls?.certificate ?? '',
    tlsPrivateKey: '',
  }
}

function isUsual(retry: readonly number[]): boolean {
  return retry.length === usualRetry.length && retry.every((seconds, index) => seconds === usualRetry[index])
}

function rowsOf(policy: FailurePolicy): readonly PolicyRow[] {
  const entries = Object.entries(policy).flatMap(([command, choices]) =>
    failureClasses.flatMap((failureClass) => {
      const choice = choices[failureClass]
      return choice === undefined ? [] : [{ command, failureClass, choice }]
    }),
  )
  return entries.map((entry, id) => ({ id, ...entry }))
}

/** The number of a row that is not there yet. */
export function nextId(rows: readonly { readonly id: number }[]): number {
  return Math.max(0, ...rows.map(({ id }) => id + 1))
}

/** What is wrong with a field by itself, before the service is asked. */
export interface FieldProblem {
  /** JSON pointer into the webhook. */
  readonly pointer: string
  readonly kind: 'missing' | 'number' | 'schedule' | 'twice'
  /** The bounds of a number. */
  readonly min?: number
  readonly max?: number
}

interface ReadDraft {
  /** The members whose fields can be read. */
  readonly members: Partial<NewWebhook>
  readonly problems: readonly FieldProblem[]
}

/** Reads the form: what it says, and what cannot be read. */
export function readDraft(draft: Draft): ReadDraft {
  const problems: FieldProblem[] = []
  const number = (pointer: string, text: string, [min, max]: readonly [number, number]): number | undefined => {
    const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined
    if (value !== undefined && value >= min && value <= max) return value
    problems.push({ pointer, kind: 'number', min, max })
    return undefined
  }
  const name = draft.name.trim()
  const url = draft.url.trim()
  if (url === '') problems.push({ pointer: '/url', kind: 'missing' })
  if (draft.commands.length === 0) problems.push({ pointer: '/commands', kind: 'missing' })
  const members = {
    name: name === '' ? undefined : name,
    url: url === '' ? undefined : url,
    spelling: draft.spelling,
    contentType: draft.contentType,
    commands: draft.commands.length === 0 ? undefined : [...draft.commands],
    enabled: draft.enabled,
    paused: draft.paused,
    timeoutMs: number('/timeoutMs', draft.timeoutMs, [100, 30_000]),
    maxInFlight: number('/maxInFlight', draft.maxInFlight, [1, 1000]),
    ratePerSecond:
      draft.ratePerSecond.trim() === '' ? null : number('/ratePerSecond', draft.ratePerSecond, [0, 100_000]),
    retry: readRetry(draft, problems),
    keepBodies: draft.keepBodies,
    headers: readHeaders(draft.headers, problems),
    askDeadlineMs: number('/askDeadlineMs', draft.askDeadlineMs, [100, 10_000]),
    failurePolicy: readPolicy(draft.policy, problems),
    trial: readTrial(draft, problems, number),
    tls: readTls(draft),
  }
  return { members: withoutUndefined(members), problems }
}

function readRetry(draft: Draft, problems: FieldProblem[]): NewWebhook['retry'] {
  if (draft.retryKind === 'none') return 'none'
  if (draft.retryKind === 'usual') return [...usualRetry]
  const seconds = parseSchedule(draft.retrySchedule)
  if (seconds === undefined) problems.push({ pointer: '/retry', kind: 'schedule' })
  return seconds
}

function readHeaders(rows: readonly HeaderRow[], problems: FieldProblem[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { id, name, value } of rows) {
    const word = name.trim()
    if (word === '') problems.push({ pointer: `/headers#${id}`, kind: 'missing' })
    else if (Object.keys(headers).some((known) => known.toLowerCase() === word.toLowerCase())) {
      problems.push({ pointer: `/headers#${id}`, kind: 'twice' })
    } else headers[word] = value.trim()
  }
  return headers
}

function readPolicy(rows: readonly PolicyRow[], problems: FieldProblem[]): FailurePolicy {
  const policy: Record<string, Partial<Record<FailureClass, PolicyChoice>>> = {}
  for (const { id, command, failureClass, choice } of rows) {
    const choices = (policy[command] ??= {})
    if (choices[failureClass] !== undefined) problems.push({ pointer: `/failurePolicy#${id}`, kind: 'twice' })
    choices[failureClass] = choice
  }
  return policy
}

function readTrial(
  draft: Draft,
  problems: FieldProblem[],
  number: (pointer: string, text: string, bounds: readonly [number, number]) => number | undefined,
): NewWebhook['trial'] {
  if (draft.trialKind === 'none') return null
  const url = draft.trialUrl.trim()
  if (url === '') problems.push({ pointer: '/trial/url', kind: 'missing' })
  if (draft.trialKind === 'shadow') return url === '' ? undefined : { kind: 'shadow', url }
  const percent = number('/trial/percent', draft.trialPercent, [0, 100])
  return url === '' || percent === undefined ? undefined : { kind: 'share', url, percent }
}

function readTls({ tlsCa, tlsCertificate, tlsPrivateKey }: Draft): NonNullable<NewWebhook['tls']> | null {
  const pem = (text: string): string | null => (text.trim() === '' ? null : text)
  const [ca, certificate, privateKey] = [pem(tlsCa), pem(tlsCertificate), pem(tlsPrivateKey)]
  if (ca === null && certificate === null && privateKey === null) return null
  // Left out, the key that belongs to the certificate stays.
  return { ca, certificate, ...(privateKey === null ? {} : { privateKey }) }
}

function withoutUndefined(members: { [Key in keyof NewWebhook]?: NewWebhook[Key] | undefined }): Partial<NewWebhook> {
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- what is left has a value for each member
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<NewWebhook>
}

/** The members that are others than before; nothing else is sent, so that two people do not undo each other's change. */
export function changedMembers(before: Partial<NewWebhook>, after: Partial<NewWebhook>): Partial<NewWebhook> {
  const known: Readonly<Record<string, unknown>> = before
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- a part of a part
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(known[name])),
  ) as Partial<NewWebhook>
}
