// Deliveries and their attempts as rows.

import type { SQLOutputValue } from 'node:sqlite'
import { formatId } from '../../../domain/ids.ts'
import type { AttemptRecord } from '../../port/flow.ts'
import type { DeliverySummary, LastAttempt, StoredEvent } from '../../port/deliveries.ts'
import { reasonOf, stateOf, symptomOf } from '../../shared/codes.ts'
import { readEvidence } from '../../shared/evidence.ts'
import type { EventIds } from './event-ids.ts'
import type { WordReader } from './words.ts'

export type Row = Record<string, SQLOutputValue>

export interface RowContext {
  readonly salt: string
  readonly eventIds: EventIds
  readonly words: WordReader
}

/** The columns that a summary is made of. */
export const summaryColumns =
  'delivery, event, app, webhook, command, state, created_at, attempts, reason, due_at, ' +
  'last_started_at, last_duration_us, last_symptom, last_detail, last_status'

export function summaryOf({ salt, eventIds, words }: RowContext, row: Row): DeliverySummary {
  const reason = numberOrNull(row['reason'])
  return {
    deliveryId: formatId('dlv', salt, Number(row['delivery'])),
    eventId: eventIds.format(Number(row['event'])),
    webhookId: formatId('wh', salt, Number(row['webhook'])),
    sdkAppId: Number(row['app']),
    command: words.textOf(Number(row['command'])),
    state: stateOf(Number(row['state'])),
    reason: reason === null ? null : reasonOf(reason),
    createdAt: Number(row['created_at']),
    dueAt: numberOrNull(row['due_at']),
    attempts: Number(row['attempts']),
    lastAttempt: lastAttemptOf(words, row),
  }
}

function lastAttemptOf(words: WordReader, row: Row): LastAttempt | null {
  if (row['last_started_at'] === null) return null
  return {
    number: Number(row['attempts']),
    startedAt: Number(row['last_started_at']),
    durationMs: Number(row['last_duration_us']) / 1000,
    symptom: symptomOf(Number(row['last_symptom'])),
    detail: words.textOf(Number(row['last_detail'])),
    status: numberOrNull(row['last_status']),
  }
}

/** A row of `attempts` joined with its block of evidence. */
export function attemptOf(words: WordReader, row: Row): AttemptRecord {
  return {
    number: Number(row['number']),
    startedAt: Number(row['started_at']),
    durationMs: Number(row['duration_us']) / 1000,
    symptom: symptomOf(Number(row['symptom'])),
    detail: words.textOf(Number(row['detail'])),
    status: numberOrNull(row['status']),
    evidence: readEvidence({ codec: Number(row['codec']), lines: bytesOf(row['lines']) }, Number(row['evidence_line'])),
  }
}

export function eventOf({ eventIds, words }: RowContext, row: Row): StoredEvent {
  return {
    eventId: eventIds.format(Number(row['event'])),
    sdkAppId: Number(row['app']),
    command: words.textOf(Number(row['command'])),
    clientIp: String(row['client_ip']),
    optPlatform: words.textOf(Number(row['platform'])),
    acceptedAt: Number(row['accepted_at']),
    traceparent: row['traceparent'] === null ? null : String(row['traceparent']),
    body: row['body'] === null ? null : bytesOf(row['body']),
  }
}

function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}

function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new Error('The data file lacks bytes where a row promises some.')
}
