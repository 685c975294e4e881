// Letting go of bodies: once an event's last delivery has ended and no webhook of it wants the body kept, it is dropped.

import type { DatabaseSync } from 'node:sqlite'
import { stateCodes } from '../../shared/codes.ts'
import type { LiveWebhook, WriteContext } from './write-context.ts'

export interface Bodies {
  /** A delivery was moved. Costs no statement where it goes on, or where its own webhook wants the body kept. */
  ended(delivery: number, move: { readonly webhook: LiveWebhook | undefined; readonly state: number }): void
  /** Drops the body of a delivery's event, if nobody needs it and nobody wants it. */
  drop(delivery: number): void
}

export function createBodies(db: DatabaseSync, context: WriteContext): Bodies {
  const selectEvent = db.prepare(
    `SELECT e.event, e.first_delivery, e.deliveries
     FROM deliveries d CROSS JOIN events e ON e.event = d.event WHERE d.delivery = ?`,
  )
  const selectDeliveries = db.prepare(
    `SELECT webhook, state FROM deliveries WHERE delivery >= ?1 AND delivery < ?1 + ?2
     UNION ALL SELECT d.webhook, d.state
       FROM later_deliveries l CROSS JOIN deliveries d ON d.delivery = l.delivery WHERE l.event = ?3`,
  )
  const dropBody = db.prepare('UPDATE events SET body = NULL WHERE event = ?')

  const drop = (delivery: number): void => {
    const event = selectEvent.get(delivery)
    if (event === undefined) return
    const first = Number(event['first_delivery'])
    const rows = selectDeliveries.all(first, Number(event['deliveries']), Number(event['event']))
    if (rows.some((row) => isKept(context.webhooks.get(Number(row['webhook'])), Number(row['state'])))) return
    dropBody.run(Number(event['event']))
  }
  return {
    ended(delivery, { webhook, state }) {
      if (!isKept(webhook, state)) drop(delivery)
    },
    drop,
  }
}

/** Whether a delivery in this state is a reason to keep its event's body. */
function isKept(webhook: LiveWebhook | undefined, state: number): boolean {
  if (state === stateCodes.pending || state === stateCodes.claimed) return true
  // A webhook that is gone wants nothing.
  if (webhook === undefined || webhook.keepBodies === 'never') return false
  return webhook.keepBodies === 'always' || state !== stateCodes.succeeded
}
