// What happens to the data file from outside: removed, replaced, linked, emptied. A second process is a real one.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/port/port.ts'
import { acceptOne, registerWebhook, sampleEvent } from './samples.ts'
import { createSqlitePlace } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

let place: SqlitePlace
let store: Store | undefined
beforeEach(async () => {
  place = await createSqlitePlace()
  store = undefined
})
afterEach(async () => {
  await store?.close()
  await place.remove()
})

/** Opens the store in a process of its own, and kills it or lets it end. */
async function openInProcess(path: string): Promise<{ readonly said: string; kill(): Promise<void> }> {
  const script = fileURLToPath(new URL('./opening-process.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  return {
    said: said.trim(),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function openWithEvent(): Promise<Store> {
  const opened = await place.open()
  await acceptOne(opened, await registerWebhook(opened))
  return opened
}

/** A store that was killed: everything is in its log. */
async function leaveKilled(): Promise<void> {
  const other = await openInProcess(place.path)
  expect(other.said).toBe('opened')
  await other.kill()
}

describe('A data file that is changed while it is in use', () => {
  const changes: Record<string, () => void> = {
    'was removed': () => rmSync(place.path),
    'was replaced': () => {
      copyFileSync(place.path, `${place.path}.copy`)
      renameSync(`${place.path}.copy`, place.path)
    },
    'was removed with its folder': () => rmSync(dirname(place.path), { recursive: true }),
  }
  for (const [what, change] of Object.entries(changes)) {
    it(`and ${what} takes no event any more, and the log says why once (I1)`, async () => {
      const logged: unknown[] = []
      const note = (facts: object, message: string) => void logged.push([message, facts])
      store = await place.open({ log: { info: note, warn: note, error: note } })
      const webhook = await registerWebhook(store)
      await acceptOne(store, webhook)
      change()
      const refused = await refusal(() => store!.accept([sampleEvent(webhook)]))
      expect(refused).toMatchObject({
        code: 'store_unavailable',
        message: expect.stringMatching(/^The data file .* was (removed|replaced by another one) while it was in use/),
      })
      await expect(store.ping()).rejects.toMatchObject({ code: 'store_unavailable' })
      expect(logged).toEqual([[expect.stringContaining('commits fail'), { err: refused }]])
    })
  }

  it('and is put back is written again', async () => {
    store = await place.open()
    const webhook = await registerWebhook(store)
    renameSync(place.path, `${place.path}.away`)
    await refusal(() => store!.accept([sampleEvent(webhook)]))
    renameSync(`${place.path}.away`, place.path)
    const deliveryId = await acceptOne(store, webhook)
    await store.close()
    store = await place.open()
    expect(await store.getDelivery(deliveryId)).toMatchObject({ deliveryId })
  })

  it('takes no event without its log, and a close moves what the log held into the data file (I1)', async () => {
    store = await place.open()
    const webhook = await registerWebhook(store)
    const deliveryId = await acceptOne(store, webhook)
    rmSync(`${place.path}-wal`)
    expect(await refusal(() => store!.accept([sampleEvent(webhook)]))).toMatchObject({
      message: expect.stringContaining('-wal was removed or replaced'),
    })
    await store.close()
    store = await place.open()
    expect(await store.getDelivery(deliveryId)).toMatchObject({ deliveryId })
  })
})

describe('A second process', () => {
  const names: Record<string, () => string> = {
    'by the same path': () => place.path,
    'by a symbolic link': () => {
      symlinkSync(place.path, join(place.folder, 'link.db'))
      return join(place.folder, 'link.db')
    },
    'by a link to its folder': () => {
      symlinkSync(dirname(place.path), join(place.folder, 'folder'))
      return join(place.folder, 'folder', 'livehook.db')
    },
    'by a hard link': () => {
      linkSync(place.path, join(place.folder, 'hard.db'))
      return join(place.folder, 'hard.db')
    },
    'once the lock file was removed': () => {
      rmSync(`${place.path}-lock`)
      return place.path
    },
  }
  for (const [how, name] of Object.entries(names)) {
    it(`is refused the data file ${how}, and gets it when the first was killed`, async () => {
      const first = await openInProcess(place.path)
      expect(first.said).toBe('opened')
      const path = name()
      const second = await openInProcess(path)
      expect(second.said).toBe('refused store_in_use')
      await first.kill()
      const third = await openInProcess(path)
      expect(third.said).toBe('opened')
      await third.kill()
    })
  }

  it('finds a lock again that was removed and made again by the first', async () => {
    store = await openWithEvent()
    rmSync(`${place.path}-lock`)
    const [webhook] = await store.loadWebhooks()
    await untilExists(`${place.path}-lock`, () => acceptOne(store!, webhook!))
    const second = await openInProcess(place.path)
    expect(second.said).toBe('refused store_in_use')
  })

  it('that follows a link which leads nowhere is refused with the path: its disk may not be mounted', async () => {
    mkdirSync(dirname(place.path))
    symlinkSync(join(place.folder, 'not-mounted', 'livehook.db'), place.path)
    await expect(place.open()).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining(place.path),
    })
  })
})

describe('What a store left behind', () => {
  const losses: Record<string, { readonly lose: () => void; readonly found: RegExp }> = {
    'a data file that was emptied': { lose: () => truncateSync(place.path), found: /is empty \(0 bytes\)/ },
    'a log without its data file': {
      lose: () => rmSync(place.path),
      found: /is missing, but its log .* has \d+ bytes/,
    },
    'a lock without its data file': {
      lose: () => {
        rmSync(place.path)
        rmSync(`${place.path}-wal`)
      },
      found: /is missing, but .*-lock says that a store was made there/,
    },
    'a log that is garbage': {
      lose: () => writeFileSync(`${place.path}-wal`, Buffer.alloc(100_000, 'garbage')),
      found: /-wal has 100000 bytes that SQLite cannot read/,
    },
    'a data file whose log was removed': {
      lose: () => rmSync(`${place.path}-wal`),
      found: /has no tables/,
    },
  }
  for (const [what, { lose, found }] of Object.entries(losses)) {
    it(`is not taken for a new store: ${what}`, async () => {
      await leaveKilled()
      lose()
      const before = sizes()
      await expect(place.open()).rejects.toMatchObject({ code: 'store_lost', message: expect.stringMatching(found) })
      await expect(place.open()).rejects.toMatchObject({ message: expect.stringContaining('--accept-empty') })
      expect(sizes()).toEqual(before)
      store = await place.open({ acceptEmpty: true })
      expect(await store.loadWebhooks()).toEqual([])
      await acceptOne(store, await registerWebhook(store))
    })
  }

  it('by a clean stop and then emptied is not taken for a new one either', async () => {
    await (await openWithEvent()).close()
    truncateSync(place.path)
    await expect(place.open()).rejects.toMatchObject({ code: 'store_lost' })
    expect(readFileSync(place.path)).toHaveLength(0)
  })

  it('whole, but without its lock file, is opened', async () => {
    await (await openWithEvent()).close()
    rmSync(`${place.path}-lock`)
    store = await place.open()
    expect(await store.loadWebhooks()).toHaveLength(1)
  })

  it('with a lock file that was torn by a loss of power is opened', async () => {
    await (await openWithEvent()).close()
    writeFileSync(`${place.path}-lock`, Buffer.alloc(4096))
    store = await place.open()
    expect(await store.loadWebhooks()).toHaveLength(1)
  })

  const sizes = () => ['', '-wal'].map((end) => statSync(`${place.path}${end}`, { throwIfNoEntry: false })?.size ?? 0)
})

/** Repeats a call until it is refused. Between two looks at the file some calls may still be taken. */
async function refusal(call: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      await call()
    } catch (error) {
      return error
    }
  }
}

async function untilExists(path: string, call: () => Promise<unknown>): Promise<void> {
  while (statSync(path, { throwIfNoEntry: false }) === undefined) await call()
}
