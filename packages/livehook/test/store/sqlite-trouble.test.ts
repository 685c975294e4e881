import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatId } from '../../src/domain/ids.ts'
import { packAccepts } from '../../src/store/sqlite/thread/accept-columns.ts'
import { createCommit } from '../../src/store/sqlite/write/commit.ts'
import { openWriterDatabase } from '../../src/store/sqlite/file/database.ts'
import type { WriteBatch } from '../../src/store/sqlite/thread/messages.ts'
import { migrate } from '../../src/store/sqlite/file/migrate.ts'
import { acceptOne, registerWebhook, sampleEvent, sampleWebhook, someTime } from './samples.ts'
import { createSqlitePlace } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

let place: SqlitePlace
beforeEach(async () => {
  place = await createSqlitePlace()
})
afterEach(() => place.remove())

const salt = 'abcdefgh'
const nothing: WriteBatch = {
  verbs: [],
  settles: undefined,
  accepts: undefined,
  takeBacks: [],
  claims: [],
}

describe('A commit that fails', () => {
  it('on a full data file keeps nothing of its batch, and the next one works when there is room again (I1)', () => {
    const db = openWriterDatabase(`${place.folder}/full.db`)
    migrate(db, { salt, now: someTime })
    const { commit } = createCommit(db, salt)
    commit({
      ...nothing,
      verbs: [
        { verb: 'createApp', args: [{ name: 'Shop', createdAt: someTime }] },
        { verb: 'createWebhook', args: [sampleWebhook(1_400_000_001)] },
      ],
    })
    const request = sampleEvent({ sdkAppId: 1_400_000_001, webhookId: formatId('wh', salt, 1) })
    const flood = () =>
      packAccepts(salt, [
        { requests: Array.from({ length: 200 }, () => ({ ...request, body: new Uint8Array(4096) })), owner: 0 },
      ])
    const events = () => db.prepare('SELECT count(*) AS events FROM events').get()
    const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count'])

    db.exec(`PRAGMA max_page_count = ${pages + 50}`)
    const refused = commit({
      ...nothing,
      verbs: [{ verb: 'createApp', args: [{ name: 'Lost', createdAt: 0 }] }],
      accepts: flood(),
    })
    expect(refused).toMatchObject({
      kind: 'failed',
      code: 'store_unavailable',
      message: expect.stringContaining('full'),
    })
    expect(events()).toEqual({ events: 0 })
    expect(db.prepare('SELECT count(*) AS apps FROM apps').get()).toEqual({ apps: 1 })

    db.exec('PRAGMA max_page_count = 1000000')
    expect(commit({ ...nothing, accepts: flood() })).toMatchObject({ kind: 'committed' })
    expect(events()).toEqual({ events: 200 })
    // Its command was new in the batch that was undone: it must have been written again.
    const commands = db.prepare('SELECT DISTINCT text FROM events LEFT JOIN words ON word = command').all()
    expect(commands).toEqual([{ text: request.command }])
    db.close()
  })

  it('on a file that may not grow rejects, and everything acknowledged before is there (I1)', async () => {
    const acknowledged = await acceptUntilRefused(place.path)
    expect(acknowledged.at(-1)).toMatch(/^refused store_unavailable/)
    const accepted = acknowledged.filter((line) => line.startsWith('accepted')).map((line) => line.split(' ')[1] ?? '')
    expect(accepted.length).toBeGreaterThan(10)
    const store = await place.open()
    const events = await Promise.all(accepted.map((eventId) => store.getEvent(eventId)))
    expect(events.map((event) => event?.eventId)).toEqual(accepted)
    const webhooks = await store.loadWebhooks()
    const { items } = await store.listDeliveries({ sdkAppId: webhooks[0]!.sdkAppId }, { limit: 200 })
    expect(items.map((item) => item.eventId).sort()).toEqual(accepted.slice(-200).sort())
    await acceptOne(store, webhooks[0]!)
    await store.close()
  })

  it('rejects every call that shared it, and the store works again when the trouble is over (I1)', async () => {
    const store = await place.open()
    const webhook = await registerWebhook(store)
    const other = new DatabaseSync(place.path)
    other.exec('BEGIN IMMEDIATE')
    const results = await Promise.allSettled([
      store.accept([sampleEvent(webhook)]),
      store.accept([sampleEvent(webhook)]),
      store.createApp({ name: 'Never', createdAt: someTime }),
      store.ping(),
    ])
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'StoreError', code: 'store_unavailable' } })
    }
    other.exec('ROLLBACK')
    other.close()
    expect((await store.listDeliveries({ sdkAppId: webhook.sdkAppId }, { limit: 5 })).items).toEqual([])
    await store.ping()
    await acceptOne(store, webhook)
    await store.close()
  })

  it('is what a ping tries again; without one it writes nothing, anyone who asks and however often', async () => {
    const store = await place.open()
    const other = new DatabaseSync(place.path)
    const changes = () => other.prepare('PRAGMA data_version').get()?.['data_version']
    await store.createApp({ name: 'Shop', createdAt: someTime })
    const before = changes()
    for (let asked = 0; asked < 20; asked += 1) await store.ping()
    expect(changes()).toBe(before)
    other.exec('BEGIN IMMEDIATE')
    await expect(store.createApp({ name: 'Never', createdAt: someTime })).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    await expect(store.ping()).rejects.toMatchObject({ code: 'store_unavailable' })
    other.exec('ROLLBACK')
    await store.ping()
    expect(changes()).not.toBe(before)
    other.close()
    await store.close()
  })

  it('in one registration leaves the others of its batch alone', async () => {
    const store = await place.open()
    const webhook = await registerWebhook(store)
    const [app, refused, event] = await Promise.allSettled([
      store.createApp({ name: 'Kept', createdAt: someTime }),
      store.createWebhook(sampleWebhook(7)),
      store.accept([sampleEvent(webhook)]),
    ])
    expect(app.status).toBe('fulfilled')
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } })
    expect(event).toMatchObject({ status: 'fulfilled', value: [{ kind: 'accepted' }] })
    await store.close()
  })
})

describe('A registration that fails half-way', () => {
  it('leaves nothing of itself behind, and the rest of its batch is kept', () => {
    const db = openWriterDatabase(`${place.folder}/half.db`)
    migrate(db, { salt, now: someTime })
    const { commit } = createCommit(db, salt)
    const webhookId = formatId('wh', salt, 1)
    const register = (...verbs: WriteBatch['verbs']) => commit({ ...nothing, verbs })
    register(
      { verb: 'createApp', args: [{ name: 'Shop', createdAt: someTime }] },
      { verb: 'createWebhook', args: [sampleWebhook(1_400_000_001)] },
      { verb: 'putTokens', args: [webhookId, ['kept'], someTime] },
    )
    // A bug of a caller: the first token is written before the second one fails.
    const tokens: string[] = JSON.parse('["new", null]')
    const answer = register(
      { verb: 'putTokens', args: [webhookId, tokens, someTime] },
      { verb: 'createApp', args: [{ name: 'Other', createdAt: someTime }] },
    )
    expect(answer).toMatchObject({ kind: 'committed', verbs: [{ kind: 'failed' }, { kind: 'done' }] })
    expect(db.prepare('SELECT token FROM webhook_tokens').all()).toEqual([{ token: 'kept' }])
    expect(db.prepare('SELECT name FROM apps ORDER BY app').all()).toEqual([{ name: 'Shop' }, { name: 'Other' }])
    db.close()
  })
})

describe('A thread that dies', () => {
  it('takes no one with it: who waits and who comes later is told, and the data file is free afterwards', async () => {
    const workers: Worker[] = []
    const collect = (worker: Worker) => workers.push(worker)
    process.on('worker', collect)
    const store = await place.open()
    process.off('worker', collect)
    const webhook = await registerWebhook(store)
    await acceptOne(store, webhook)

    const waiting = [store.accept([sampleEvent(webhook)]), store.accept([sampleEvent(webhook)]), store.nextDue()]
    const ended = Promise.allSettled(waiting)
    await Promise.all(workers.map((worker) => worker.terminate()))
    expect(workers).toHaveLength(2)
    const reasons = (await ended).flatMap((result): unknown => (result.status === 'rejected' ? [result.reason] : []))
    expect(reasons).toEqual(reasons.map(() => expect.objectContaining({ code: 'store_unavailable' })))
    for (const late of [() => store.accept([sampleEvent(webhook)]), () => store.nextDue(), () => store.ping()]) {
      await expect(late()).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringMatching(/The store's (writer|reader) has stopped/),
      })
    }
    await store.close()
    const again = await place.open()
    expect(await again.loadWebhooks()).toEqual([webhook])
    await again.close()
  })
})

/** Runs a process whose files may not grow beyond some MiB, until its first refusal. */
async function acceptUntilRefused(path: string): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./accepting-until-refused.ts', import.meta.url))
  // The limit's unit is 512 or 1024 bytes, as the shell likes; either is small enough.
  const command = 'ulimit -f 4096; exec "$0" --conditions=source "$1" "$2"'
  const child = spawn('sh', ['-c', command, process.execPath, script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  await once(child, 'close')
  return output.trim().split('\n')
}
