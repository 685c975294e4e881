// What the reader can be asked. A verb is a function of one of these files, under the name that the port gives it.

import type { DatabaseSync } from 'node:sqlite'
import { createChangeReader } from '../rows/change-rows.ts'
import { createCommandReader } from '../rows/command-rows.ts'
import { readSalt } from '../file/migrate.ts'
import { createAccessReader } from './access.ts'
import { createDecisionReader } from './decisions.ts'
import { createDeliveryReader } from './deliveries.ts'
import { createEventReader } from './events.ts'
import { createFindExpired } from './expired.ts'
import { createJobReader } from './jobs.ts'
import { createLastFailures } from './last-failures.ts'
import { createRegistrationReader } from './registrations.ts'
import { createStatsReader } from './stats.ts'
import { createEventIds } from '../rows/event-ids.ts'
import { createWordReader } from '../rows/words.ts'

/** Prepares every statement that only reads. */
export function createReadVerbs(db: DatabaseSync) {
  const salt = readSalt(db)
  const eventIds = createEventIds(db, salt)
  const context = { salt, eventIds, words: createWordReader(db) }
  const { getStored, deliveriesOf, ...events } = createEventReader(db, context)
  return {
    ...createRegistrationReader(db, salt),
    ...createAccessReader(db, salt),
    ...createChangeReader(db, salt),
    ...events,
    ...createDeliveryReader(db, context, { getStored, deliveriesOf }),
    ...createDecisionReader(db, context),
    ...createJobReader(db, context),
    ...createStatsReader(db, salt),
    loadCommands: createCommandReader(db),
    readLastFailures: createLastFailures(db, context),
    findExpired: createFindExpired(db, eventIds),
    pingReader: (): void => void readSalt(db),
  }
}

export type ReadVerbs = ReturnType<typeof createReadVerbs>
