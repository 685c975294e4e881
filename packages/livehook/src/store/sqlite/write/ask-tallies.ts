// Adds what was decided to the summary rows of charts. The rows of a webhook's asks stand beside those of its deliveries,
// under its number with a minus; those of asks that no webhook was there for, under 0.

import type { DatabaseSync } from 'node:sqlite'
import { parseId } from '../../../domain/ids.ts'
import type { AskTally } from '../../port/stats.ts'
import { addCounts, bytesOfCounts, countTally, noCountsAtAll } from '../../shared/stat-counts.ts'
import { minuteMs } from './stats.ts'

/** Prepares the verb: it runs inside the running transaction. */
export function createAddAskTallies(db: DatabaseSync, salt: string): (tallies: readonly AskTally[]) => void {
  const select = db.prepare('SELECT counts FROM stats WHERE app = ? AND minute = ? AND webhook = ?')
  const put = db.prepare('INSERT OR REPLACE INTO stats (app, minute, webhook, counts) VALUES (?, ?, ?, ?)')
  return (tallies) => {
    for (const tally of tallies) {
      const webhook = tally.webhookId === null ? 0 : parseId('wh', salt, tally.webhookId)
      if (webhook === undefined) continue
      const place = [tally.sdkAppId, Math.floor(tally.minuteAt / minuteMs), 0 - webhook] as const
      const counts = noCountsAtAll()
      const known = select.get(...place)?.['counts']
      if (known instanceof Uint8Array) addCounts(counts, known)
      countTally(counts, tally)
      put.run(...place, bytesOfCounts(counts))
    }
  }
}
