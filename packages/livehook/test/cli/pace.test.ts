// A rate holds over every second. Time is a clock of the test's own, so nothing here depends on how busy the machine is.

import { describe, expect, test } from 'vitest'
import type { Clock } from '../../src/cli/send/pace.ts'
import { createPacer, runPaced } from '../../src/cli/send/pace.ts'
import { planEvening } from '../../src/cli/simulate/evening.ts'
import { play } from '../../src/cli/simulate/play.ts'

/** Time stands still while anything runs, and goes on to the next sleeper once nothing does. */
function standingClock() {
  let now = 0
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>()
  const clock: Clock = {
    now: () => now,
    sleep: (ms, stop) =>
      new Promise((resolve) => {
        if (stop.aborted) return resolve()
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        stop.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          resolve()
        })
      }),
  }
  return {
    clock,
    runUntil: async <Result>(work: Promise<Result>): Promise<Result> => {
      let isOver = false
      void work.finally(() => (isOver = true))
      for (;;) {
        await new Promise(setImmediate)
        if (isOver) return work
        const [next] = [...sleepers].toSorted((left, right) => left.at - right.at)
        if (next === undefined) continue
        sleepers.delete(next)
        now = Math.max(now, next.at)
        next.wake()
      }
    },
  }
}

interface Sent {
  readonly at: number
  readonly count: number
}

/** The most that was sent in any second: one that begins with something sent is enough to look at. */
const mostInASecond = (sent: readonly Sent[]): number =>
  Math.max(
    ...sent.map(({ at: from }) =>
      sent.filter(({ at }) => at >= from && at < from + 1000).reduce((sum, { count }) => sum + count, 0),
    ),
  )

const never = new AbortController().signal

describe('livehook simulate --rate', () => {
  test.each([7, 40, 300])('%i a second holds over every second, asks and events together', async (rate) => {
    const { clock, runUntil } = standingClock()
    const sent: Sent[] = []
    let answers = 0
    const client = {
      async post() {
        sent.push({ at: clock.now(), count: 1 })
        answers += 1
        return { verdict: 'allow', decidedBy: 'app', decisionId: `dec_${answers}` }
      },
      async postLines(_path: string, lines: readonly string[]) {
        sent.push({ at: clock.now(), count: lines.length })
        return { accepted: lines.length, results: lines.map(() => ({ status: 'accepted', deliveries: [] })) }
      },
    } as unknown as Parameters<typeof play>[0]['client']
    const happenings = planEvening({ seed: 3, rooms: 4, viewers: 40, durationMs: 1000, startAt: 0 })
    const played = await runUntil(
      play({ client, sdkAppId: 1, happenings, rate, stop: never, clock, onProgress: () => undefined }),
    )
    expect(played.accepted).toBe(happenings.length)
    expect(played.asked).toBeGreaterThan(50)
    expect(mostInASecond(sent)).toBeLessThanOrEqual(rate)
    // It is a rate, not a crawl: asks that wait for a verdict leave some of it unused, but not half of it.
    const seconds = (sent.at(-1)?.at ?? 0) / 1000
    expect(played.asked + played.accepted).toBeGreaterThan(seconds * rate * 0.45)
  })
})

describe('livehook trigger --rate', () => {
  test('holds over every second, also after a standstill', async () => {
    const { clock, runUntil } = standingClock()
    const sent: Sent[] = []
    let isStill = true
    // The machine stands still for three seconds after the tenth one.
    const stalling: Clock = {
      now: clock.now,
      async sleep(ms, stop) {
        await clock.sleep(sent.length === 10 && isStill ? 3000 : ms, stop)
        if (sent.length === 10) isStill = false
      },
    }
    const work = async (index: number) => {
      sent.push({ at: clock.now(), count: 1 })
      return index
    }
    const results = await runUntil(runPaced({ times: 200, rate: 50, stop: never }, work, stalling))
    expect(results).toHaveLength(200)
    expect(mostInASecond(sent)).toBeLessThanOrEqual(50)
  })
})

test('a pacer gives nothing more once it is stopped', async () => {
  const { clock, runUntil } = standingClock()
  const stop = new AbortController()
  const pacer = createPacer(10, clock)
  expect(await pacer.take(500, never)).toBe(1)
  const waiting = pacer.take(1, stop.signal)
  stop.abort()
  expect(await runUntil(waiting)).toBe(0)
})
