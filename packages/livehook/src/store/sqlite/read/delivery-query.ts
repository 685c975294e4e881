// From a filter to a statement. A list walks one index, newest first (a job: oldest first), and reads a bounded number of
// rows: where the rest of the filter lets few of them through, the page is short and its cursor leads on, but nothing
// ever scans a table. A span of time bounds the walk by numbers (time-window.ts).
//
//   filter                       walks                                         filters on the way
//   symptom (other than `none`)  deliveries_by_symptom                         everything else
//   states without `succeeded`   deliveries_by_state, one walk per state,      everything else
//                                and the few that are leased
//   webhookId                    deliveries_of_webhook                         everything else
//   command (a word, or the      deliveries_of_command, one walk per command   everything else
//   few words of a family)
//   (none)                       deliveries_of_app                             everything else

import type { SQLInputValue } from 'node:sqlite'
import type { DeliveryState } from '../../../domain/delivery/delivery.ts'
import { stateCodes } from '../../shared/codes.ts'
import { summaryColumns } from '../rows/delivery-rows.ts'
import type { NumberWindow } from './time-window.ts'

/** Rows that one page may read. About 5 ms of work. */
export const maxScannedRows = 5000

/** The same if bodies are searched: each row costs a look into its event. */
export const maxSearchedRows = 2000

/** How much of a body is searched; more would read a large one page by page. */
const searchedBodyBytes = 16_384

/** Commands of a family that are walked beside each other; larger families filter the walk over all of the app's. */
const maxWalkedCommands = 64

/** A filter in numbers. */
export interface NumberFilter {
  readonly app: number
  readonly states: readonly DeliveryState[] | undefined
  readonly webhook: number | undefined
  /** One of these; not empty. */
  readonly command: readonly number[] | undefined
  readonly symptom: number | undefined
  readonly detail: number | undefined
  /** Epoch milliseconds: came to be from then on, and before then. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** Epoch milliseconds: the last attempt had ended by then. */
  readonly endedBy: number | undefined
  /** The body's start has these bytes, or the webhook is one of these. */
  readonly text: { readonly bytes: Uint8Array; readonly webhooks: readonly number[] } | undefined
}

export interface Walked extends NumberWindow {
  readonly order: 'ASC' | 'DESC'
  /** Rows that are read at most. */
  readonly maxRows: number
}

export interface DeliveryQuery {
  /** Finds up to `limit` deliveries inside the window. Parameters: `pageParameters`, then the limit. */
  readonly page: string
  /** Counts what passes. Parameters: `pageParameters`. */
  readonly count: string
  /** Finds the last of the rows that `page` may read, if there are that many. Parameters: `walkParameters`. */
  readonly lastScanned: string
  readonly pageParameters: readonly SQLInputValue[]
  readonly walkParameters: readonly SQLInputValue[]
}

interface Condition {
  readonly where: string
  readonly parameters: readonly SQLInputValue[]
}

/** One index, named so that no statistics and no version of SQLite can change the plan. */
interface Walk extends Condition {
  readonly index: string
}

export function deliveryQuery(filter: NumberFilter, { after, before, order, maxRows }: Walked): DeliveryQuery {
  const walks = walksOf(filter)
  const rest = restOf(filter)
  const source = (columns: string): string =>
    walks
      .map(
        ({ index, where }) =>
          `SELECT ${columns} FROM deliveries INDEXED BY ${index} WHERE ${where} AND delivery > ? AND delivery < ?`,
      )
      .join(' UNION ALL ')
  const passing = `FROM (${source(summaryColumns)} ORDER BY delivery ${order} LIMIT ${maxRows}) WHERE ${rest.where}`
  const walkParameters = walks.flatMap(({ parameters }) => parameters.concat(after, before))
  return {
    page: `SELECT * ${passing} ORDER BY delivery ${order} LIMIT ?`,
    count: `SELECT count(*) AS count ${passing}`,
    lastScanned: `${source('delivery')} ORDER BY delivery ${order} LIMIT 1 OFFSET ${maxRows - 1}`,
    pageParameters: [...walkParameters, ...rest.parameters],
    walkParameters,
  }
}

/**
 * One delivery by its number, if it passes a filter.
 * @returns parameters follow the delivery's number
 */
export function singleQuery(filter: NumberFilter): {
  readonly sql: string
  readonly parameters: readonly SQLInputValue[]
} {
  const { where, parameters } = restOf(filter)
  return { sql: `SELECT ${summaryColumns} FROM deliveries WHERE delivery = ? AND ${where}`, parameters }
}

function walksOf({ app, states, webhook, command, symptom }: NumberFilter): readonly Walk[] {
  if (symptom !== undefined && symptom > 0) {
    const where = 'app = ? AND last_symptom = ? AND last_symptom > 0'
    return [{ index: 'deliveries_by_symptom', where, parameters: [app, symptom] }]
  }
  if (states !== undefined && states.length > 0 && !states.includes('succeeded')) {
    return [...new Set(states)].map((state) => walkOfState(app, state))
  }
  if (webhook !== undefined) return [{ index: 'deliveries_of_webhook', where: 'webhook = ?', parameters: [webhook] }]
  if (command !== undefined && command.length <= maxWalkedCommands) {
    return command.map((one) => ({
      index: 'deliveries_of_command',
      where: 'app = ? AND command = ?',
      parameters: [app, one],
    }))
  }
  return [{ index: 'deliveries_of_app', where: 'app = ?', parameters: [app] }]
}

function walkOfState(app: number, state: DeliveryState): Walk {
  // What is leased is on the wire right now: so few that they are sorted.
  if (state === 'claimed') return { index: 'deliveries_leased', where: 'app = ? AND state = 1', parameters: [app] }
  const where = `app = ? AND state = ${stateCodes[state]} AND state > 1`
  return { index: 'deliveries_by_state', where, parameters: [app] }
}

function restOf(filter: NumberFilter): Condition {
  const { app, states, webhook, command, symptom, detail, from, to, endedBy, text } = filter
  const conditions: string[] = ['app = ?']
  const parameters: SQLInputValue[] = [app]
  const codes = states?.map((state) => stateCodes[state])
  if (codes !== undefined && codes.length > 0) conditions.push(`state IN (${codes.join(', ')})`)
  if (command !== undefined) {
    conditions.push(`command IN (${command.map(() => '?').join(', ')})`)
    parameters.push(...command)
  }
  const optional: readonly (readonly [condition: string, value: number | undefined])[] = [
    ['webhook = ?', webhook],
    ['last_symptom = ?', symptom],
    ['last_detail = ?', detail],
    ['created_at >= ?', from],
    ['created_at < ?', to],
    // What waits for its first attempt has ended nothing.
    ['coalesce(last_started_at + last_duration_us / 1000, 0) <= ?', endedBy],
  ]
  for (const [condition, value] of optional) {
    if (value === undefined) continue
    conditions.push(condition)
    parameters.push(value)
  }
  if (text !== undefined) {
    // Bytes in bytes: nothing is read as text, and nothing is parsed. The event's own number is renamed, so that `event` is the
    // delivery's.
    const events = 'SELECT event AS number, body FROM events'
    const body = `(SELECT substr(body, 1, ${searchedBodyBytes}) FROM (${events}) WHERE number = event)`
    const named = text.webhooks.map(() => '?').join(', ')
    conditions.push(named === '' ? `instr(${body}, ?) > 0` : `(webhook IN (${named}) OR instr(${body}, ?) > 0)`)
    parameters.push(...text.webhooks, text.bytes)
  }
  return { where: conditions.join(' AND '), parameters }
}
