// Reads the summary rows of charts, and what waits for each webhook.

import type { DatabaseSync } from 'node:sqlite'
import { formatId, parseId } from '../../../domain/ids.ts'
import type { Backlog } from '../../port/stats.ts'
import { fromDue } from '../rows/due.ts'
import { createNextDue } from './due.ts'
import { addCounts, bytesOfCounts, noCountsAtAll, readCounts } from '../../shared/stat-counts.ts'
import type { Verbs } from '../thread/verbs.ts'
import { minuteMs } from '../write/stats.ts'

/** Waiting deliveries that are counted per webhook, and for all webhooks of an app together: some 10 ms of work. */
const maxCountedPerWebhook = 10_000
const maxCounted = 100_000

export function createStatsReader(
  db: DatabaseSync,
  salt: string,
): Verbs<'readStats' | 'readBacklog' | 'readBacklogOf'> {
  // The minute that runs stands in the webhooks' own rows.
  const selectRows = db.prepare(
    `SELECT minute, webhook, counts FROM stats WHERE app = ?1 AND minute >= ?2 AND minute < ?3
     UNION ALL SELECT stat_minute, webhook, stat_counts
       FROM webhooks WHERE app = ?1 AND stat_minute >= ?2 AND stat_minute < ?3`,
  )
  const selectWebhooks = db.prepare('SELECT webhook FROM webhooks WHERE app = ? ORDER BY webhook')
  const backlog = createBacklog(db, salt)
  return {
    readStats({ sdkAppId, webhookId, from, to, stepMs }) {
      const webhook = webhookId === undefined ? undefined : (parseId('wh', salt, webhookId) ?? Number.NaN)
      const steps = Array.from({ length: Math.ceil((to - from) / stepMs) }, () => noCountsAtAll())
      for (const row of selectRows.iterate(sdkAppId, from / minuteMs, to / minuteMs)) {
        // A webhook's asks stand under its number with a minus.
        if (webhook !== undefined && Math.abs(Number(row['webhook'])) !== webhook) continue
        const counts = steps[Math.floor((Number(row['minute']) * minuteMs - from) / stepMs)]
        if (counts !== undefined && row['counts'] instanceof Uint8Array) addCounts(counts, row['counts'])
      }
      const total = noCountsAtAll()
      for (const counts of steps) addCounts(total, bytesOfCounts(counts))
      return {
        steps: steps.map((counts, index) => ({ at: from + index * stepMs, ...readCounts(counts) })),
        total: readCounts(total),
      }
    },
    readBacklog: (sdkAppId) => backlog(selectWebhooks.all(sdkAppId).map((row) => Number(row['webhook']))),
    readBacklogOf: (webhookIds) => backlog(webhookIds.flatMap((webhookId) => parseId('wh', salt, webhookId) ?? [])),
  }
}

/** Prepares counting: webhooks for which nothing waits are left out. */
function createBacklog(db: DatabaseSync, salt: string): (webhooks: readonly number[]) => readonly Backlog[] {
  const nextDueOf = createNextDue(db)
  const count = db.prepare(
    `SELECT count(*) AS waiting, min(delivery) AS oldest FROM (SELECT delivery FROM ${fromDue} LIMIT ?)`,
  )
  const selectCreated = db.prepare('SELECT created_at FROM deliveries WHERE delivery = ?')
  return (webhooks) => {
    let left = maxCounted
    return webhooks.flatMap((webhook) => {
      const oldestDueAt = nextDueOf(webhook)
      if (oldestDueAt === undefined) return []
      const most = Math.max(1, Math.min(maxCountedPerWebhook, left))
      const kinds = [0, 1].map((isRetry) => count.get(webhook, isRetry, most + 1))
      const waiting = kinds.reduce((sum, row) => sum + Number(row?.['waiting']), 0)
      // Numbers are given out in the order in which deliveries come to be.
      const oldest = Math.min(...kinds.map((row) => Number(row?.['oldest'] ?? Number.POSITIVE_INFINITY)))
      left -= Math.min(waiting, most)
      return {
        webhookId: formatId('wh', salt, webhook),
        waiting: Math.min(waiting, most),
        exact: waiting <= most,
        oldestDueAt,
        oldestId: formatId('dlv', salt, oldest),
        oldestCreatedAt: Number(selectCreated.get(oldest)?.['created_at'] ?? oldestDueAt),
      }
    })
  }
}
