// Reads decisions.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { parseId } from '../../../domain/ids.ts'
import type { DecisionFilter } from '../../port/decisions.ts'
import { symptomCodes } from '../../shared/codes.ts'
import { formatCursor, parseCursor } from '../../shared/cursor.ts'
import { decisionQuery } from './decision-query.ts'
import type { DecisionNumberFilter } from './decision-query.ts'
import { deciderCodes, decisionRecordOf, decisionSummaryOf, verdictCodes } from '../rows/decision-rows.ts'
import { commandsOf } from './delivery-filter.ts'
import type { Verbs } from '../thread/verbs.ts'
import type { RowContext } from '../rows/delivery-rows.ts'
import { createTimeWindow } from './time-window.ts'

export function createDecisionReader(db: DatabaseSync, context: RowContext): Verbs<'listDecisions' | 'getDecision'> {
  const select = db.prepare(
    `SELECT d.*, e.codec, e.lines FROM decisions d LEFT JOIN decision_evidence e ON e.evidence = d.evidence
     WHERE d.decision = ?`,
  )
  const timeWindow = createTimeWindow(db, 'decisions')
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return {
    listDecisions(filter, page) {
      const list = `${context.salt}:decisions:${filter.sdkAppId}`
      const before = page.cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(list, page.cursor)
      const numbers = numbersOf(context, filter)
      if (numbers === undefined) return { items: [], nextCursor: null }
      const span = timeWindow(numbers)
      const query = decisionQuery(numbers, { after: span.after, before: Math.min(before, span.before) })
      const rows = prepare(query.page).all(...query.pageParameters, page.limit + 1)
      const items = rows.slice(0, page.limit).map((row) => decisionSummaryOf(context, row))
      if (rows.length > page.limit) {
        return { items, nextCursor: formatCursor(list, Number(rows[page.limit - 1]?.['decision'])) }
      }
      // Fewer than asked for: either the list ends, or the page has read as much as one page may.
      const last = prepare(query.lastScanned).get(...query.walkParameters)
      return { items, nextCursor: last === undefined ? null : formatCursor(list, Number(last['decision'])) }
    },
    getDecision(decisionId) {
      const number = parseId('dec', context.salt, decisionId)
      const row = number === undefined ? undefined : select.get(number)
      return row === undefined ? undefined : decisionRecordOf(context, row)
    },
  }
}

/** @returns `undefined` if a word or id of the filter is nowhere in the data file: nothing can match */
function numbersOf({ salt, words }: RowContext, filter: DecisionFilter): DecisionNumberFilter | undefined {
  const webhook = filter.webhookId === undefined ? undefined : parseId('wh', salt, filter.webhookId)
  const command = filter.command === undefined ? undefined : commandsOf(words, filter.command)
  if (filter.webhookId !== undefined && webhook === undefined) return undefined
  if (command?.length === 0) return undefined
  return {
    app: filter.sdkAppId,
    verdict: filter.verdict === undefined ? undefined : verdictCodes[filter.verdict],
    command,
    decidedBy: filter.decidedBy === undefined ? undefined : deciderCodes[filter.decidedBy],
    webhook,
    symptom: filter.symptom === undefined ? undefined : symptomCodes[filter.symptom],
    from: filter.from,
    to: filter.to,
  }
}
