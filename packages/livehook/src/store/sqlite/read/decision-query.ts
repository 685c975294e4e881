// The lists of decisions. As with deliveries, one page reads at most so many rows of one index: where the rest of the filter
// lets few of them through, the page is short and its cursor leads on, but nothing ever scans a table.
//
//   filter                          walks                     filters on the way
//   symptom (other than `none`)     decisions_by_symptom      everything else
//   verdict (other than `allow`)    decisions_by_verdict      everything else
//   decidedBy `policy`              decisions_by_policy       everything else
//   webhookId                       decisions_of_webhook      everything else
//   command (one word)              decisions_of_command      everything else
//   (none)                          decisions_of_app          everything else

import type { SQLInputValue } from 'node:sqlite'
import { maxScannedRows } from './delivery-query.ts'
import type { NumberWindow } from './time-window.ts'
import { decisionColumns } from '../rows/decision-rows.ts'

/** A filter in numbers. */
export interface DecisionNumberFilter {
  readonly app: number
  readonly verdict: number | undefined
  /** One of these; not empty. */
  readonly command: readonly number[] | undefined
  readonly decidedBy: number | undefined
  readonly webhook: number | undefined
  readonly symptom: number | undefined
  /** Epoch milliseconds: asked from then on, and before then. */
  readonly from: number | undefined
  readonly to: number | undefined
}

export interface DecisionQuery {
  /** Finds up to `limit` decisions before a position. Parameters: `pageParameters`, then the limit. */
  readonly page: string
  /** Finds the last of the rows that `page` may read, if there are that many. Parameters: `walkParameters`. */
  readonly lastScanned: string
  readonly pageParameters: readonly SQLInputValue[]
  readonly walkParameters: readonly SQLInputValue[]
}

/** @param window only decisions with numbers in between */
export function decisionQuery(filter: DecisionNumberFilter, { after, before }: NumberWindow): DecisionQuery {
  const walk = walkOf(filter)
  const source = (columns: string): string =>
    `SELECT ${columns} FROM decisions INDEXED BY ${walk.index} WHERE ${walk.where} AND decision > ? AND decision < ? ORDER BY decision DESC`
  const walkParameters = [...walk.parameters, after, before]
  const rest = restOf(filter)
  return {
    page:
      `SELECT * FROM (${source(decisionColumns.join(', '))} LIMIT ${maxScannedRows}) WHERE ${rest.where} ` +
      'ORDER BY decision DESC LIMIT ?',
    lastScanned: `${source('decision')} LIMIT 1 OFFSET ${maxScannedRows - 1}`,
    pageParameters: [...walkParameters, ...rest.parameters],
    walkParameters,
  }
}

interface Walk {
  /** Named, so that no statistics and no version of SQLite can change the plan. */
  readonly index: string
  readonly where: string
  readonly parameters: readonly SQLInputValue[]
}

function walkOf({ app, verdict, command, decidedBy, webhook, symptom }: DecisionNumberFilter): Walk {
  if (symptom !== undefined && symptom > 0) {
    const where = 'app = ? AND symptom = ? AND symptom > 0'
    return { index: 'decisions_by_symptom', where, parameters: [app, symptom] }
  }
  if (verdict !== undefined && verdict > 0) {
    const where = 'app = ? AND verdict = ? AND verdict > 0'
    return { index: 'decisions_by_verdict', where, parameters: [app, verdict] }
  }
  if (decidedBy === 1) {
    return { index: 'decisions_by_policy', where: 'app = ? AND decided_by = 1', parameters: [app] }
  }
  if (webhook !== undefined) return { index: 'decisions_of_webhook', where: 'webhook = ?', parameters: [webhook] }
  const [first, ...more] = command ?? []
  if (first !== undefined && more.length === 0) {
    return { index: 'decisions_of_command', where: 'app = ? AND command = ?', parameters: [app, first] }
  }
  return { index: 'decisions_of_app', where: 'app = ?', parameters: [app] }
}

function restOf(filter: DecisionNumberFilter): Omit<Walk, 'index'> {
  const { app, verdict, command, decidedBy, webhook, symptom, from, to } = filter
  const conditions: string[] = ['app = ?']
  const parameters: SQLInputValue[] = [app]
  for (const [column, value] of Object.entries({ verdict, decided_by: decidedBy, webhook, symptom })) {
    if (value === undefined) continue
    conditions.push(`${column} = ?`)
    parameters.push(value)
  }
  for (const [condition, at] of [
    ['created_at >= ?', from],
    ['created_at < ?', to],
  ] as const) {
    if (at === undefined) continue
    conditions.push(condition)
    parameters.push(at)
  }
  if (command !== undefined) {
    conditions.push(`command IN (${command.map(() => '?').join(', ')})`)
    parameters.push(...command)
  }
  return { where: conditions.join(' AND '), parameters }
}
