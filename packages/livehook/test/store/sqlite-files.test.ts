import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWriterDatabase } from '../../src/store/sqlite/file/database.ts'
import { createSqlitePlace } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'
import { acceptOne, claimAll, eventIdOf, registerWebhook, sampleEvent, sampleWebhook, someTime } from './samples.ts'

let place: SqlitePlace
beforeEach(async () => {
  place = await createSqlitePlace()
})
afterEach(() => place.remove())

describe('The data file', () => {
  it('is made with its folder, for the owner only', async () => {
    const store = await place.open()
    await registerWebhook(store)
    expect(statSync(dirname(place.path)).mode & 0o777).toBe(0o700)
    const names = readdirSync(dirname(place.path))
    expect(names).toContain('livehook.db-wal')
    const modes = names.map((name) => statSync(`${dirname(place.path)}/${name}`).mode & 0o777)
    expect(modes).toEqual(names.map(() => 0o600))
    await store.close()
  })

  it('holds everything after a close: the log is empty or gone', async () => {
    const store = await place.open()
    await acceptOne(store, await registerWebhook(store))
    await store.close()
    expect(readdirSync(dirname(place.path)).sort()).toEqual(['livehook.db', 'livehook.db-lock', 'livehook.db-room'])
    const db = new DatabaseSync(place.path, { readOnly: true })
    expect(db.prepare('SELECT count(*) AS events FROM events').get()).toEqual({ events: 1 })
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    db.close()
  })

  it('belongs to one opener: a second one is refused and told what to do, and may come when the first has gone', async () => {
    const first = await place.open()
    await expect(place.open()).rejects.toMatchObject({
      name: 'StoreError',
      code: 'store_in_use',
      message: expect.stringContaining('Stop that process first'),
    })
    await first.ping()
    await first.close()
    const second = await place.open()
    await second.close()
  })

  it('of an older version keeps the ids of its events, which receivers may remember, and shuffles those that follow', async () => {
    const first = await place.open()
    const webhook = await registerWebhook(first)
    await acceptOne(first, webhook)
    await first.close()
    const db = new DatabaseSync(place.path)
    db.exec("DELETE FROM meta WHERE name LIKE 'event_id%'; DELETE FROM migrations WHERE number = 10")
    const salt = String(db.prepare("SELECT value FROM meta WHERE name = 'salt'").get()?.['value'])
    db.close()

    const store = await place.open()
    expect((await store.getEvent(`evt_${salt}00000001`))?.deliveries).toHaveLength(1)
    const [claimed] = await claimAll(store, webhook)
    expect(claimed?.eventId).toBe(`evt_${salt}00000001`)
    const [next] = await store.accept([sampleEvent(webhook)])
    expect(eventIdOf(next)).not.toBe(`evt_${salt}00000002`)
    expect(await store.getEvent(`evt_${salt}00000002`)).toBeUndefined()
    expect((await store.getEvent(eventIdOf(next)))?.eventId).toBe(eventIdOf(next))
    await store.close()
  })

  it('is refused if it cannot have a write-ahead log: commits could not be kept (I1)', () => {
    expect(() => openWriterDatabase(':memory:')).toThrow(
      expect.objectContaining({ code: 'store_unavailable', message: expect.stringContaining('journal_mode') }),
    )
  })

  it('of a newer version is refused with both versions and what to do, and stays as it is', async () => {
    await (await place.open()).close()
    const db = new DatabaseSync(place.path)
    db.exec("INSERT INTO migrations (number, name, applied_at) VALUES (9999, '9999-later.sql', 0)")
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    db.close()
    const before = readFileSync(place.path)
    await expect(place.open()).rejects.toMatchObject({
      code: 'store_too_new',
      message: expect.stringMatching(/number 9999.*up to \d+.*Start the newer version/s),
    })
    expect(readFileSync(place.path).equals(before)).toBe(true)
  })

  it('of another program is refused and stays as it is', async () => {
    mkdirSync(dirname(place.path), { recursive: true })
    const db = new DatabaseSync(place.path)
    db.exec('CREATE TABLE theirs (x)')
    db.close()
    await expect(place.open()).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('another program'),
    })
    const again = new DatabaseSync(place.path)
    expect(again.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'theirs' }])
    again.close()
  })

  it('that is no database at all is refused and stays as it is', async () => {
    mkdirSync(dirname(place.path), { recursive: true })
    const text = 'Dear diary, '.repeat(1000)
    writeFileSync(place.path, text)
    await expect(place.open()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(readFileSync(place.path, 'utf8')).toBe(text)
  })

  it('that cannot be made is refused with its path', async () => {
    mkdirSync(dirname(place.path), { recursive: true })
    mkdirSync(place.path)
    await expect(place.open()).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining(place.path),
    })
  })

  it('is opened again after a refusal: nothing holds on to it', async () => {
    const first = await place.open()
    await expect(place.open()).rejects.toMatchObject({ code: 'store_in_use' })
    await first.close()
    await (await place.open()).close()
  })

  it('that was left empty by a start that was killed is taken as new', async () => {
    mkdirSync(dirname(place.path), { recursive: true })
    writeFileSync(place.path, '')
    const store = await place.open()
    await expect(store.ping()).resolves.toBeUndefined()
    await store.close()
  })
})

describe('Ids', () => {
  it('are never given out twice, not even when the newest row was removed and the store was opened again', async () => {
    let store = await place.open()
    const first = await registerWebhook(store)
    const second = await store.createWebhook(sampleWebhook(first.sdkAppId))
    await store.deleteWebhook(second.webhookId, someTime)
    await store.close()
    store = await place.open()
    const third = await store.createWebhook(sampleWebhook(first.sdkAppId))
    expect(new Set([first.webhookId, second.webhookId, third.webhookId]).size).toBe(3)
    await store.close()
  })

  it('of two stores never meet', async () => {
    const other = await createSqlitePlace()
    const [mine, theirs] = [await place.open(), await other.open()]
    const mineOnes = await mine.accept([sampleEvent(await registerWebhook(mine))])
    const theirOnes = await theirs.accept([sampleEvent(await registerWebhook(theirs))])
    expect(eventIdOf(mineOnes[0])).not.toBe(eventIdOf(theirOnes[0]))
    expect(await mine.getEvent(eventIdOf(theirOnes[0]))).toBeUndefined()
    await Promise.all([mine.close(), theirs.close()])
    await other.remove()
  })
})
