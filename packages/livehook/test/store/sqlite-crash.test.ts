import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSqlitePlace } from './sqlite-place.ts'
import type { SqlitePlace } from './sqlite-place.ts'
import { volume } from '../support/volume.ts'
import { claimAll, someTime } from './samples.ts'

const rounds = volume(3, 10)

/** Events that a process has had acknowledged before it is killed; of attempts a quarter. */
const enough = 40

let place: SqlitePlace
beforeEach(async () => {
  place = await createSqlitePlace()
})
afterEach(() => place.remove())

describe('After kill -9', () => {
  it(
    `every acknowledged event and attempt is there, ${rounds} times in a row (I1, I3)`,
    { timeout: 180_000 },
    async () => {
      let events = 0
      let attempts = 0
      for (let round = 0; round < rounds; round += 1) {
        const acknowledged = await runAndKill(place.path, 40 + round * 37)
        const store = await place.open()
        try {
          const [accepted, settled] = [linesOf(acknowledged, 'accepted'), linesOf(acknowledged, 'settled')]
          const found = await Promise.all(accepted.map(([id]) => store.getEvent(id)))
          expect(found.map((event) => [event?.eventId, String(event?.body?.byteLength)])).toEqual(accepted)
          const ended = await Promise.all(settled.map(([id]) => store.getDelivery(id)))
          expect(ended.map((delivery) => delivery?.attemptRecords.length)).toEqual(settled.map(() => 1))
          expect(ended.map((delivery) => delivery?.state)).toEqual(settled.map(() => 'succeeded'))
          events += accepted.length
          attempts += settled.length
        } finally {
          await store.close()
        }
      }
      expect(events).toBeGreaterThanOrEqual(rounds * enough)
      expect(attempts).toBeGreaterThanOrEqual((rounds * enough) / 4)
    },
  )

  it('what was in flight is tried again, and the lost attempt has a row (I2, I3)', async () => {
    await runAndKill(place.path, 100)
    const store = await place.open()
    try {
      const [webhook] = await store.loadWebhooks()
      await store.accept(
        Array.from({ length: 3 }, () => ({
          sdkAppId: webhook!.sdkAppId,
          command: 'Live.CallbackAfterCreateRoom',
          clientIp: '203.0.113.7',
          optPlatform: 'Web',
          body: new Uint8Array(2),
          acceptedAt: someTime,
          deliveries: [{ webhookId: webhook!.webhookId, leaseUntil: someTime + 60_000 }],
        })),
      )
      expect(await store.takeBackLeases(Number.POSITIVE_INFINITY, someTime + 1)).toBeGreaterThanOrEqual(3)
      const claimed = await claimAll(store, webhook!, someTime + 1)
      for (const { deliveryId, attempts } of claimed.filter((one) => one.attempts > 0)) {
        const detail = await store.getDelivery(deliveryId)
        expect(detail?.attemptRecords).toHaveLength(attempts)
        expect(detail?.attemptRecords.at(-1)).toMatchObject({ symptom: 'ours', detail: 'internal' })
      }
      expect(claimed.some((one) => one.attempts > 0)).toBe(true)
    } finally {
      await store.close()
    }
  })
})

/** Runs the accepting process until some acknowledgements came and some time went by, and kills it. */
async function runAndKill(path: string, afterMs: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./accepting-process.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8')
  const isWorking = new Promise<void>((resolve) => {
    child.stdout.on('data', (text: string) => {
      output += text
      const lines = output.split('\n')
      if (linesOf(lines, 'accepted').length >= enough && linesOf(lines, 'settled').length >= enough / 4) resolve()
    })
  })
  const closed = once(child, 'close')
  await Promise.race([isWorking, closed])
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  const [, signal] = await closed
  expect(signal).toBe('SIGKILL')
  // The last line may be cut; what is cut was not acknowledged to anybody.
  return output.split('\n').slice(0, -1)
}

/** What follows a word in the lines that begin with it: an id first. */
function linesOf(lines: readonly string[], word: string): (readonly [id: string, ...rest: string[]])[] {
  return lines.flatMap((line) => {
    const [first, id, ...rest] = line.split(' ')
    return first === word && id !== undefined ? [[id, ...rest] as const] : []
  })
}
