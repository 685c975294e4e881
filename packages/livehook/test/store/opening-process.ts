// A process that opens a store, puts something into it, says how that went, and stays until it is killed.
// Started by data-directory.test.ts: node opening-process.ts <data file>

import { StoreError } from '../../src/store/port/errors.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { acceptOne, registerWebhook } from './samples.ts'

try {
  const store = await openSqliteStore({ path: process.argv[2] ?? '' })
  await acceptOne(store, await registerWebhook(store))
  process.stdout.write('opened\n')
  setInterval(() => undefined, 60_000)
} catch (error) {
  process.stdout.write(error instanceof StoreError ? `refused ${error.code}\n` : `failed ${String(error)}\n`)
}
