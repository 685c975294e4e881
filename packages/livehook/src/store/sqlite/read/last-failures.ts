// What went wrong last at each webhook. Nothing is indexed by when an attempt was made, so some rows are read of each place
// if a failure can stand: retries, the webhook's newest deliveries, and its app's newest dead ones.

import type { DatabaseSync } from 'node:sqlite'
import { parseId } from '../../../domain/ids.ts'
import type { DeliverySummary } from '../../port/deliveries.ts'
import { stateCodes, symptomCodes } from '../../shared/codes.ts'
import { fromDue } from '../rows/due.ts'
import { summaryColumns, summaryOf } from '../rows/delivery-rows.ts'
import type { RowContext } from '../rows/delivery-rows.ts'

/** Rows that are read of each place: less than a millisecond of work. */
const maxRows = 200

/** Prepares the verb: webhooks of which no failure is found are left out. */
export function createLastFailures(
  db: DatabaseSync,
  context: RowContext,
): (webhookIds: readonly string[]) => readonly DeliverySummary[] {
  const selectApp = db.prepare('SELECT app FROM webhooks WHERE webhook = ?')
  const places = [
    `${fromDue} LIMIT ${maxRows}`,
    `deliveries INDEXED BY deliveries_of_webhook WHERE webhook = ? ORDER BY delivery DESC LIMIT ${maxRows}`,
    `deliveries INDEXED BY deliveries_by_state WHERE app = ? AND state = ${stateCodes.dead} AND state > 1
       ORDER BY delivery DESC LIMIT ${maxRows}`,
  ]
  const rows = places.map((place) => `SELECT * FROM (SELECT ${summaryColumns} FROM ${place})`).join(' UNION ALL ')
  // With max() the other columns are those of its row: nothing is sorted.
  const select = db.prepare(
    `SELECT max(last_started_at) AS latest, * FROM (${rows})
     WHERE webhook = ? AND last_symptom NOT IN (${symptomCodes.none}, ${symptomCodes.ours})`,
  )
  return (webhookIds) =>
    webhookIds.flatMap((webhookId) => {
      const webhook = parseId('wh', context.salt, webhookId)
      const app = webhook === undefined ? undefined : selectApp.get(webhook)?.['app']
      if (webhook === undefined || app === undefined) return []
      const row = select.get(webhook, 1, webhook, app, webhook)
      return row === undefined || row['latest'] === null ? [] : summaryOf(context, row)
    })
}
