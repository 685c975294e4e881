// A process that accepts until the store refuses, and says what was acknowledged.
// Started by sqlite-trouble.test.ts: node accepting-until-refused.ts <data file>

import { writeSync } from 'node:fs'
import { StoreError } from '../../src/store/port/errors.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { eventIdOf, registerWebhook, sampleEvent } from './samples.ts'

const store = await openSqliteStore({ path: process.argv[2] ?? '' })
const webhook = await registerWebhook(store)
const body = new Uint8Array(20_000)
try {
  for (;;) {
    for (const result of await store.accept([sampleEvent(webhook, { body })]))
      writeSync(1, `accepted ${eventIdOf(result)}\n`)
  }
} catch (error) {
  writeSync(1, `refused ${error instanceof StoreError ? error.code : String(error)}\n`)
}
await store.close()
