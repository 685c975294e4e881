import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeliveryState } from '../../src/domain/delivery/delivery.ts'
import { deliveryQuery, maxScannedRows } from '../../src/store/sqlite/read/delivery-query.ts'
import type { NumberFilter } from '../../src/store/sqlite/read/delivery-query.ts'
import { createCommit } from '../../src/store/sqlite/write/commit.ts'
import { decisionQuery } from '../../src/store/sqlite/read/decision-query.ts'
import { createReadVerbs } from '../../src/store/sqlite/read/verbs.ts'
import { openWriterDatabase } from '../../src/store/sqlite/file/database.ts'
import { migrate } from '../../src/store/sqlite/file/migrate.ts'
import { registerWebhook, sampleEvent, sampleFailure, sampleSettle, someTime } from './samples.ts'
import { createSqlitePlace } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

let place: SqlitePlace
beforeEach(async () => {
  place = await createSqlitePlace()
})
afterEach(() => place.remove())

const everything: NumberFilter = {
  app: 1,
  states: undefined,
  webhook: undefined,
  command: undefined,
  symptom: undefined,
  detail: undefined,
  from: undefined,
  to: undefined,
  endedBy: undefined,
  text: undefined,
}

const walked = { after: 0, before: 1000, order: 'DESC', maxRows: maxScannedRows } as const

/** Every shape of filter: each member there or not, and every set of states. */
function allFilters(): NumberFilter[] {
  const states: DeliveryState[] = ['pending', 'claimed', 'succeeded', 'dead', 'cancelled']
  const sets = Array.from({ length: 2 ** states.length }, (_, bits) =>
    states.filter((_state, index) => bits & (1 << index)),
  )
  return sets.flatMap((set) =>
    Array.from({ length: 2 ** 5 }, (_, bits) => ({
      app: 1,
      from: bits & 16 ? 5 : undefined,
      to: bits & 16 ? 9 : undefined,
      endedBy: undefined,
      text: bits & 32 ? { bytes: new Uint8Array([1]), webhooks: [1, 2] } : undefined,
      states: set.length === 0 ? undefined : set,
      webhook: bits & 1 ? 1 : undefined,
      command: bits & 2 ? [1, 2] : undefined,
      symptom: bits & 4 ? 5 : undefined,
      detail: bits & 8 ? 1 : undefined,
    })),
  )
}

describe('A list of deliveries', () => {
  it('walks an index in order for every filter: no scan of the table, no sorting of more than what is leased', () => {
    const db = openWriterDatabase(`${place.folder}/plans.db`)
    migrate(db, { salt: 'abcdefgh', now: someTime })
    const explain = (sql: string) =>
      db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => String(row['detail']))
    const filters = allFilters()
    for (const filter of filters) {
      const list = deliveryQuery(filter, walked)
      const job = deliveryQuery({ ...filter, endedBy: 7 }, { ...walked, order: 'ASC' })
      for (const sql of [list.page, list.lastScanned, job.page, job.lastScanned, job.count]) {
        const plan = explain(sql)
        const reads = plan.filter((line) => line.includes('deliveries'))
        expect(reads).not.toEqual([])
        for (const line of reads) {
          expect(line).toMatch(
            /^SEARCH deliveries USING (COVERING )?INDEX|^SCAN deliveries USING INDEX deliveries_leased$/,
          )
        }
        const sorts = plan.filter((line) => line.includes('TEMP B-TREE'))
        expect(sorts).toHaveLength(reads.filter((line) => line.includes('deliveries_leased')).length)
      }
    }
    expect(filters).toHaveLength(1024)
    db.close()
  })

  it('walks the index that fits its filter best', () => {
    const indexOf = (filter: Partial<NumberFilter>) => {
      const { page } = deliveryQuery({ ...everything, ...filter }, walked)
      return [...page.matchAll(/INDEXED BY (\w+)/g)].map((match) => match[1])
    }
    expect(indexOf({})).toEqual(['deliveries_of_app'])
    expect(indexOf({ states: ['succeeded'] })).toEqual(['deliveries_of_app'])
    expect(indexOf({ states: ['succeeded', 'dead'], webhook: 1 })).toEqual(['deliveries_of_webhook'])
    expect(indexOf({ states: ['dead'] })).toEqual(['deliveries_by_state'])
    expect(indexOf({ states: ['dead', 'claimed'] })).toEqual(['deliveries_by_state', 'deliveries_leased'])
    expect(indexOf({ webhook: 1, command: [1] })).toEqual(['deliveries_of_webhook'])
    expect(indexOf({ command: [1] })).toEqual(['deliveries_of_command'])
    expect(indexOf({ command: [1, 2] })).toEqual(['deliveries_of_command', 'deliveries_of_command'])
    expect(indexOf({ command: Array.from({ length: 65 }, (_, at) => at) })).toEqual(['deliveries_of_app'])
    expect(indexOf({ symptom: 1, states: ['dead'], webhook: 1 })).toEqual(['deliveries_by_symptom'])
    expect(indexOf({ symptom: 0 })).toEqual(['deliveries_of_app'])
  })

  it('of a family has all of its commands and no other, in one order', async () => {
    const store = await place.open()
    const webhook = await registerWebhook(store)
    const commands = ['Live.CallbackAfterA', 'LiveX.CallbackAfterA', 'Live.CallbackAfterB', 'Room.CallbackAfterA']
    await store.accept([...commands, ...commands].map((command) => sampleEvent(webhook, { command })))
    const listed = async (command: string) => {
      const page = await store.listDeliveries({ sdkAppId: webhook.sdkAppId, command }, { limit: 50 })
      return page.items.map((item) => item.command)
    }
    const live = ['Live.CallbackAfterB', 'Live.CallbackAfterA']
    expect(await listed('Live.*')).toEqual([...live, ...live])
    expect(await listed('*')).toHaveLength(8)
    expect(await listed('Group.*')).toEqual([])
    await store.close()
  })

  it('reads a bounded number of rows a page: a filter that few pass gives short pages that lead on to all of them', async () => {
    const store = await place.open()
    const webhook = await registerWebhook(store)
    const rare = sampleEvent(webhook, { deliveries: [{ webhookId: webhook.webhookId, leaseUntil: someTime + 1 }] })
    const accept = async (count: number) => {
      const results = await store.accept(Array.from({ length: count }, () => rare))
      return results.flatMap((result) => (result.kind === 'accepted' ? result.deliveryIds : []))
    }
    const [oldest = ''] = await accept(1)
    const detail = { attempt: sampleFailure({ detail: 'status_503' }), move: { kind: 'succeeded' } } as const
    await store.settle([sampleSettle(oldest, detail)], someTime)
    await store.settle(
      (await accept(2 * maxScannedRows)).map((id) => sampleSettle(id)),
      someTime,
    )
    const [newest = ''] = await accept(1)
    await store.settle([sampleSettle(newest, detail)], someTime)

    const found: string[][] = []
    let cursor: string | undefined
    do {
      const filter = { sdkAppId: webhook.sdkAppId, detail: 'status_503' }
      const page = await store.listDeliveries(filter, { limit: 50, ...(cursor === undefined ? {} : { cursor }) })
      found.push(page.items.map((item) => item.deliveryId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(found).toEqual([[newest], [], [oldest]])
    await store.close()
  })
})

describe('Every statement of the store', () => {
  it('but the lists above finds its rows by index, whatever the backlog', () => {
    const db = new RecordingDatabase(`${place.folder}/statements.db`)
    migrate(db, { salt: 'abcdefgh', now: someTime })
    createCommit(db, 'abcdefgh')
    createReadVerbs(db)
    const statements = db.prepared.filter((sql) => /\b(events|deliveries|attempts|evidence)\b/.test(sql))
    // The first few keys of the table are a scan that stops at once.
    const firstKeys = /FROM idempotency_keys ORDER BY event LIMIT \d\)/
    for (const sql of statements) {
      const plan = db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => String(row['detail']))
      const bad = plan.filter((line) => /SCAN (d|e|a|deliveries|events|attempts|evidence)\b|TEMP B-TREE/.test(line))
      bad.push(...plan.filter((line) => /SCAN (k|idempotency_keys)\b/.test(line) && !firstKeys.test(sql)))
      expect({ sql, bad }).toEqual({ sql, bad: [] })
    }
    expect(statements.length).toBeGreaterThan(15)
    db.close()
  })
})

/** A real database that remembers what was prepared. */
class RecordingDatabase extends DatabaseSync {
  readonly prepared: string[] = []

  override prepare(sql: string) {
    this.prepared.push(sql)
    return super.prepare(sql)
  }
}

describe('A list of decisions', () => {
  it('is read by an index and sorted by none', async () => {
    await (await place.open()).close()
    const db = new DatabaseSync(place.path, { readOnly: true })
    const none = {
      verdict: undefined,
      command: undefined,
      decidedBy: undefined,
      webhook: undefined,
      symptom: undefined,
      from: undefined,
      to: undefined,
    }
    for (const filter of [
      {},
      { from: 1, to: 2 },
      { verdict: 1 },
      { verdict: 0 },
      { decidedBy: 1 },
      { webhook: 1 },
      { command: [1] },
      { command: [1, 2] },
      { symptom: 1 },
    ]) {
      const query = decisionQuery({ app: 1, ...none, ...filter }, { after: 0, before: 100 })
      const plans = [
        ...db.prepare(`EXPLAIN QUERY PLAN ${query.page}`).all(...query.pageParameters, 10),
        ...db.prepare(`EXPLAIN QUERY PLAN ${query.lastScanned}`).all(...query.walkParameters),
      ].map((row) => String(row['detail']))
      expect(plans.join('\n')).toContain('USING INDEX decisions_')
      expect(plans.filter((plan) => /TEMP B-TREE|SCAN decisions/.test(plan))).toEqual([])
    }
    db.close()
  })
})
