// A service that cannot start leaves nothing behind, and one that stops does so by its grace, whatever fails on the way (I10).

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import type { OpenStore } from '../../src/store/open-store.ts'
import { StoreError } from '../../src/store/port/errors.ts'
import type { Store } from '../../src/store/port/port.ts'
import { startCli } from '../support/cli.ts'
import type { RunningCli } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'

let folder: string
/** Takes a request and never answers. */
let silent: TestReceiver

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-start-'))
  silent = await openReceiver(() => undefined)
})

afterEach(async () => {
  await silent.close()
  await rm(folder, { recursive: true, force: true })
})

/** The store that the settings name, with some of its verbs replaced. */
function storeWith(change: (store: Store) => Partial<Store>): OpenStore {
  return async (settings, deps) => {
    const store = await openStore(settings, deps)
    return { ...store, ...change(store) }
  }
}

const flags = { graceMs: '300' } as const

/** A redelivery that the next start cannot go on with. */
async function damageARedelivery(): Promise<void> {
  const service = await openService({ folder })
  const { sdkAppId } = await service.createApp()
  await service.call('POST', `/v1/apps/${sdkAppId}/redeliveries`, { filter: { state: 'dead' }, ratePerSecond: 1 })
  await service.service.stop()
  const db = new DatabaseSync(join(folder, 'livehook.db'))
  db.exec("UPDATE redelivery_jobs SET state = 0, filter = 'damaged'")
  db.close()
}

function serve(env: Readonly<Record<string, string>> = {}): RunningCli {
  return startCli(['serve'], {
    env: {
      LIVEHOOK_PORT: '0',
      LIVEHOOK_STORE: `sqlite:${join(folder, 'livehook.db')}`,
      LIVEHOOK_ADMIN_KEY: adminKey,
      LIVEHOOK_EGRESS_ALLOW: '127.0.0.0/8',
      ...env,
    },
  })
}

describe('a start that fails half-way', () => {
  test('ends the process with an error, and nothing answers any more', async () => {
    await damageARedelivery()
    const port = silent.port
    await silent.close()
    const ended = await serve({ LIVEHOOK_PORT: String(port) }).ended
    expect(ended.code).toBe(3)
    expect(ended.stdout).not.toContain('ready')
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow('fetch failed')
  })

  test('closes in this process what it had opened, so that the next start finds everything free', async () => {
    await damageARedelivery()
    const port = String(silent.port)
    await silent.close()
    await expect(openService({ folder, flags: { port } })).rejects.toThrow(/JSON/)
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow('fetch failed')
    const db = new DatabaseSync(join(folder, 'livehook.db'))
    db.exec('DELETE FROM redelivery_jobs')
    db.close()
    const service = await openService({ folder, flags: { port } })
    expect((await fetch(`${service.url}/livez`)).status).toBe(200)
    await service.close()
  })
})

describe('a stop', () => {
  test.each([
    ['answers never again', () => new Promise<never>(() => undefined)],
    ['refuses to record', () => Promise.reject(new StoreError('store_unavailable', 'the disk is full'))],
  ])('ends by its grace although the store %s', async (_what, settle) => {
    const service = await openService({ folder, flags, openStore: storeWith(() => ({ settle })) })
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: silent.url, commands: ['*'] })
    await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{"RoomId":"r1"}')
    await silent.arrived(1)
    await service.service.stop()
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow('fetch failed')
  })

  test('closes everything although a part of it fails, says which one, and fails itself', async () => {
    let closed = false
    const service = await openService({
      folder,
      openStore: storeWith((store) => ({
        touchKeys: () => Promise.reject(new TypeError('no keys today')),
        addAskTallies: () => Promise.reject(new TypeError('no tallies today')),
        async close() {
          await store.close()
          closed = true
          throw new StoreError('store_unavailable', 'the log could not be emptied')
        },
      })),
    })
    await expect(service.service.stop()).rejects.toThrow('the log could not be emptied')
    expect(closed).toBe(true)
    expect(service.logged.join('\n')).toMatch(/a part failed.*"part":"store"/)
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow('fetch failed')
  })

  test('that is asked for twice is made once', async () => {
    let closings = 0
    const service = await openService({
      folder,
      openStore: storeWith((store) => ({
        close() {
          closings += 1
          return store.close()
        },
      })),
    })
    await Promise.all([service.service.stop(), service.service.stop()])
    await service.service.stop()
    expect(closings).toBe(1)
  })

  test('is over at once when a second signal comes, also while an attempt is on the wire', async () => {
    const cli = serve({ LIVEHOOK_STOP_GRACE_MS: '300000' })
    const url = String((await cli.until(/ready on (\S+)/))[1])
    await postToSilent(url)
    await silent.arrived(1)
    cli.child.kill('SIGTERM')
    await until503(url)
    cli.child.kill('SIGTERM')
    expect((await cli.ended).code).toBe(143)
  })
})

test.each(['writer', 'reader'])("the death of the store's %s ends the process, loudly", async (name) => {
  const killer = fileURLToPath(new URL('../support/thread-killer.ts', import.meta.url))
  const cli = serve({ NODE_OPTIONS: `--import ${killer}`, KILL_THREAD: name })
  await cli.until(/ready on/)
  cli.child.kill('SIGUSR2')
  const ended = await cli.ended
  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain('store failed: the service cannot go on and must be started again')
  expect(ended.stderr).toContain(`The store's ${name} has stopped.`)
})

async function postToSilent(url: string): Promise<void> {
  const call = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Record<string, unknown>
  }
  const { sdkAppId } = await call('/v1/apps', { name: 'x' })
  await call(`/v1/apps/${String(sdkAppId)}/webhooks`, { url: silent.url, commands: ['*'], timeoutMs: 30_000 })
  await call(`/v1/apps/${String(sdkAppId)}/events?command=Live.CallbackAfterCreateRoom`, { RoomId: 'r1' })
}

/** Until the service says that it is stopping. */
async function until503(url: string): Promise<void> {
  for (;;) {
    const { status } = await fetch(`${url}/readyz`)
    if (status === 503) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
