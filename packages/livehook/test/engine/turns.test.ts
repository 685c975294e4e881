import { describe, expect, test } from 'vitest'
import { createTurns } from '../../src/engine/intake/turns.ts'

/** Turns that are begun by hand. */
function byHand() {
  const runs: (() => void)[] = []
  const turns = createTurns((run) => void runs.push(run))
  const done: string[] = []
  const work = async (name: string, units: number): Promise<void> => {
    const wait = turns.take(units)
    if (wait !== undefined) await wait
    done.push(name)
  }
  const nextTurn = async (): Promise<string[]> => {
    done.length = 0
    for (const run of runs.splice(0)) run()
    await Promise.resolve()
    return [...done]
  }
  return { turns, work, nextTurn, done }
}

describe('a turn of the event loop', () => {
  test('takes what fits at once, without waiting', () => {
    const { turns } = byHand()
    expect(turns.take(100_000)).toBeUndefined()
    expect(turns.take(100_000)).toBeUndefined()
    expect(turns.waited).toBe(0)
  })

  test('does no more than its share of all requests together, the rest in the order of asking', async () => {
    const { work, nextTurn, done } = byHand()
    for (const name of ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']) void work(name, 131_072)
    await Promise.resolve()
    expect(done).toEqual(['a1', 'b1'])
    expect(await nextTurn()).toEqual(['a2', 'b2'])
    expect(await nextTurn()).toEqual(['a3', 'b3'])
    expect(await nextTurn()).toEqual([])
  })

  test('does what is larger than its share alone, and does not starve it', async () => {
    const { work, nextTurn } = byHand()
    void work('full', 262_144)
    void work('large', 1_000_000)
    void work('small', 10)
    expect(await nextTurn()).toEqual(['large'])
    expect(await nextTurn()).toEqual(['small'])
  })

  test('counts the smallest events for more than their bytes, so that a thousand of them are not one slice', async () => {
    const { work, nextTurn, done } = byHand()
    for (let at = 0; at < 1000; at += 1) void work('tiny', 2)
    await Promise.resolve()
    expect(done.length).toBeLessThan(600)
    expect((await nextTurn()).length).toBeGreaterThan(400)
  })
})
