import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/port/port.ts'
import type { StoredCommand } from '../../src/store/port/custom-commands.ts'
import { createSqlitePlace } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'

let place: SqlitePlace
let store: Store
beforeEach(async () => {
  place = await createSqlitePlace()
  store = await place.open()
})
afterEach(async () => {
  await store.close()
  await place.remove()
})

const commandOf = (sdkAppId: number, command: string, at = 1): StoredCommand => ({
  sdkAppId,
  command,
  definition: JSON.stringify({ command, phase: 'after', trigger: '直播' }),
  createdAt: at,
  updatedAt: at,
})

describe('Commands of an app’s own', () => {
  it('are there for the next who opens the store, by app and word, as they were written', async () => {
    const [one, other] = [
      await store.createApp({ name: 'one', createdAt: 1 }),
      await store.createApp({ name: 'other', createdAt: 1 }),
    ]
    const written = [commandOf(other.sdkAppId, 'A.B'), commandOf(one.sdkAppId, 'Z.A'), commandOf(one.sdkAppId, 'A.B')]
    for (const command of written) await store.putCommand(command)
    await store.close()
    store = await place.open()
    expect(await store.loadCommands()).toEqual(written.toReversed())
  })

  it('are written over by the same word, and stay as old as they were', async () => {
    const { sdkAppId } = await store.createApp({ name: 'one', createdAt: 1 })
    await store.putCommand(commandOf(sdkAppId, 'A.B'))
    await store.putCommand({ ...commandOf(sdkAppId, 'A.B', 9), definition: '{}' })
    expect(await store.loadCommands()).toEqual([
      { sdkAppId, command: 'A.B', definition: '{}', createdAt: 1, updatedAt: 9 },
    ])
  })

  it('go alone, and only if they are', async () => {
    const { sdkAppId } = await store.createApp({ name: 'one', createdAt: 1 })
    for (const word of ['A.B', 'A.C']) await store.putCommand(commandOf(sdkAppId, word))
    expect([await store.deleteCommand(sdkAppId, 'A.B'), await store.deleteCommand(sdkAppId, 'A.B')]).toEqual([
      true,
      false,
    ])
    expect(await store.deleteCommand(sdkAppId + 1, 'A.C')).toBe(false)
    expect((await store.loadCommands()).map(({ command }) => command)).toEqual(['A.C'])
  })

  it('belong to an app that exists, and go with it', async () => {
    await expect(store.putCommand(commandOf(1_400_000_099, 'A.B'))).rejects.toMatchObject({ code: 'not_found' })
    const { sdkAppId } = await store.createApp({ name: 'one', createdAt: 1 })
    await store.putCommand(commandOf(sdkAppId, 'A.B'))
    await store.deleteApp(sdkAppId, [])
    expect(await store.loadCommands()).toEqual([])
  })
})
