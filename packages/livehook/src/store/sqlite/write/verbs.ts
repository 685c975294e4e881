// What the writer does beside the main flow: apps, webhooks, keys, moves by hand, jobs, removals. A verb is a function of one
// of these files, under the name that the port gives it.

import type { DatabaseSync } from 'node:sqlite'
import { createCommandWriter } from '../rows/command-rows.ts'
import { createAccessWriter } from './access-writer.ts'
import { createAppWriter } from './app-writer.ts'
import { createLeaseWriter } from '../rows/lease-rows.ts'
import { createJobWriter, createManualMoves } from './manual-moves.ts'
import { createDecisionWriter } from './record-decisions.ts'
import { createMaintenance } from './retention.ts'
import { createAddAskTallies } from './stats.ts'
import { createCorrectDueTimes } from './take-back.ts'
import { createWebhookWriter } from './webhook-writer.ts'
import type { WriteContext } from './write-context.ts'

/** Prepares the verbs: each runs inside the running transaction. */
export function createWriteVerbs(db: DatabaseSync, context: WriteContext) {
  const tryRoom = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('room', hex(randomblob(32768)))")
  return {
    ...createAppWriter(db, context),
    ...createWebhookWriter(db, context),
    ...createCommandWriter(db),
    ...createAccessWriter(db, context),
    ...createDecisionWriter(db, context),
    ...createManualMoves(db, context),
    ...createJobWriter(db, context),
    ...createLeaseWriter(db),
    ...createMaintenance(db, context),
    ...createCorrectDueTimes(db, context),
    addAskTallies: createAddAskTallies(db, context.salt),
    /**
     * Writes only after a commit that failed, and then as much as an event may take, since only writing can tell that the trouble
     * is over. The route is public: it must not keep the disk busy.
     */
    pingWriter: (): void => {
      if (context.isInTrouble) tryRoom.run()
    },
  }
}

export type WriteVerbs = ReturnType<typeof createWriteVerbs>
