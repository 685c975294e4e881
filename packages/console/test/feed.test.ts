// The list of deliveries as a value, and its filter.

import type { Delivery } from 'livehook/contract'
import { describe, expect, test } from 'vitest'
import { deliveryGrammar, passesFilter, readFilter, type DeliveryFilter } from '../src/deliveries/filter.ts'
import { createFeedMoves, emptyFeed, type FeedState } from '../src/feed/feed-state.ts'
import { formatFilterText, parseFilterText } from '../src/feed/filter-text.ts'
import { instantsOf } from '../src/feed/time-range.ts'

function delivery(number: number, changes: Partial<Delivery> = {}): Delivery {
  return {
    deliveryId: `dlv_${String(number).padStart(4, '0')}`,
    eventId: `evt_${number}`,
    webhookId: 'wh_1',
    sdkAppId: 1_400_000_001,
    command: 'Live.CallbackAfterCreateRoom',
    state: 'claimed',
    reason: null,
    createdAt: new Date(1_795_488_000_000 + number).toISOString(),
    dueAt: null,
    attempts: 0,
    lastAttempt: null,
    ...changes,
  }
}

const movesUnder = (filter: DeliveryFilter) =>
  createFeedMoves<Delivery>({
    idOf: ({ deliveryId }) => deliveryId,
    passes: (row) => passesFilter(filter, row),
    isAsNew: (arrived, known) => arrived.attempts >= known.attempts,
  })
const moveFeed = movesUnder({})
const parseFilter = (text: string) => parseFilterText(deliveryGrammar, text)
const formatFilter = (filter: DeliveryFilter) => formatFilterText(deliveryGrammar, filter)

const numbersOf = (rows: readonly Delivery[]) => rows.map((row) => Number(row.deliveryId.slice(4)))

function started(numbers: readonly number[], nextCursor: string | null = null): FeedState<Delivery> {
  const page = { items: numbers.map((number) => delivery(number)), nextCursor }
  return moveFeed(emptyFeed(), { kind: 'started', page })
}

describe('the feed', () => {
  test('followed, new deliveries go on top in the order of their time, however they arrive', () => {
    const feed = moveFeed(started([3, 2]), {
      kind: 'arrived',
      items: [delivery(5), delivery(4)],
      followed: true,
    })
    expect(numbersOf(feed.rows)).toEqual([5, 4, 3, 2])
  })

  test('not followed, rows never move: new ones are held, known ones change in place', () => {
    const before = started([3, 2, 1])
    const feed = moveFeed(before, {
      kind: 'arrived',
      items: [delivery(4), delivery(2, { state: 'succeeded', attempts: 1 })],
      followed: false,
    })
    expect(numbersOf(feed.rows)).toEqual([3, 2, 1])
    expect(feed.rows[1]?.state).toBe('succeeded')
    expect(numbersOf(feed.held)).toEqual([4])
    expect(numbersOf(moveFeed(feed, { kind: 'released' }).rows)).toEqual([4, 3, 2, 1])
  })

  test('a held delivery that is settled meanwhile is counted once, and shown as it is now', () => {
    const held = moveFeed(started([1]), { kind: 'arrived', items: [delivery(2)], followed: false })
    const settled = moveFeed(held, {
      kind: 'arrived',
      items: [delivery(2, { state: 'succeeded', attempts: 1 })],
      followed: false,
    })
    expect(settled.held.map((row) => row.state)).toEqual(['succeeded'])
  })

  test('an older word about a delivery never undoes a newer one', () => {
    const page = { items: [delivery(1, { state: 'succeeded', attempts: 1 })], nextCursor: null }
    const feed = moveFeed(emptyFeed(), { kind: 'started', page })
    const after = moveFeed(feed, { kind: 'arrived', items: [delivery(1)], followed: true })
    expect(after.rows[0]?.state).toBe('succeeded')
  })

  test('followed, what no longer passes the filter leaves; not followed, it stays where it is', () => {
    const page = { items: [delivery(2), delivery(1)], nextCursor: null }
    const moveWaiting = movesUnder({ state: 'pending' })
    const feed = moveWaiting(emptyFeed(), { kind: 'started', page })
    const items = [delivery(2, { state: 'succeeded', attempts: 1 })]
    expect(numbersOf(moveWaiting(feed, { kind: 'arrived', items, followed: true }).rows)).toEqual([1])
    expect(numbersOf(moveWaiting(feed, { kind: 'arrived', items, followed: false }).rows)).toEqual([2, 1])
  })

  test('an old delivery whose page was not read yet does not jump the queue when it is settled', () => {
    const feed = moveFeed(started([9, 8], 'more'), {
      kind: 'arrived',
      items: [delivery(3, { state: 'succeeded', attempts: 4 })],
      followed: true,
    })
    expect(numbersOf(feed.rows)).toEqual([9, 8])
  })

  test('pages that overlap give each delivery once', () => {
    const feed = moveFeed(started([5, 4], 'more'), {
      kind: 'continued',
      page: { items: [delivery(4), delivery(3)], nextCursor: null },
    })
    expect(numbersOf(feed.rows)).toEqual([5, 4, 3])
    expect(feed.nextCursor).toBeNull()
  })

  test('after a broken stream, a page that meets the list fills it up; one that does not is a gap', () => {
    const near = { items: [delivery(5), delivery(4), delivery(3)], nextCursor: 'more' }
    const far = { items: [delivery(90), delivery(89)], nextCursor: 'more' }
    const feed = started([3, 2], 'more')
    expect(numbersOf(moveFeed(feed, { kind: 'caught_up', page: near, followed: true }).rows)).toEqual([5, 4, 3, 2])
    expect(numbersOf(moveFeed(feed, { kind: 'caught_up', page: far, followed: true }).rows)).toEqual([90, 89])
    const reading = moveFeed(feed, { kind: 'caught_up', page: far, followed: false })
    expect(numbersOf(reading.rows)).toEqual([3, 2])
    expect(reading.hasGap).toBe(true)
  })
})

describe('the filter', () => {
  test('text and filter are two forms of one thing', () => {
    const text =
      'state:dead symptom:times_out detail:dns_not_found command:Live.* webhook:wh_1 id:evt_1 ' +
      'from:2026-11-24T08:00:00.000Z to:2026-11-24T09:00:00.000Z'
    const parsed = parseFilter(text)
    expect(parsed.kind === 'filter' && formatFilter(parsed.filter)).toBe(text)
  })

  test('a bare command word and a bare webhook id are understood', () => {
    expect(parseFilter('Live.CallbackAfterCreateRoom wh_1')).toEqual({
      kind: 'filter',
      filter: { command: 'Live.CallbackAfterCreateRoom', webhook: 'wh_1' },
    })
    expect(parseFilter('evt_1')).toEqual({ kind: 'filter', filter: { id: 'evt_1' } })
    expect(parseFilter('Live.*')).toEqual({ kind: 'filter', filter: { command: 'Live.*' } })
    expect(parseFilter('   ')).toEqual({ kind: 'filter', filter: {} })
  })

  test.each([
    'colour:red',
    'state:broken',
    'symptom:none',
    'hello',
    'since:ever',
    'from:noon',
    '__proto__:x',
    'toString:x',
  ])('“%s” is no word of the filter, and is looked for in bodies', (word) => {
    expect(parseFilter(`state:dead ${word} command:Live.*`)).toEqual({
      kind: 'filter',
      filter: { state: 'dead', command: 'Live.*', text: word },
    })
    expect(parseFilter(`amy ${word}`)).toEqual({ kind: 'filter', filter: { text: `amy ${word}` } })
  })

  test('nonsense in the address is dropped', () => {
    expect(readFilter({ state: 'x', symptom: 7, detail: 'a b', command: null, webhook: 'wh_1', other: 'y' })).toEqual({
      webhook: 'wh_1',
    })
  })

  test('pending means to be sent, being sent, or to be retried', () => {
    const states = ['pending', 'claimed', 'succeeded', 'dead', 'cancelled'] as const
    const passing = states.filter((state) => passesFilter({ state: 'pending' }, delivery(1, { state })))
    expect(passing).toEqual(['pending', 'claimed'])
  })

  test('a family of commands passes all of its own and no one else', () => {
    const passes = (command: string) => passesFilter({ command: 'Live.*' }, delivery(1, { command }))
    expect(passes('Live.CallbackAfterCreateRoom')).toBe(true)
    expect(passes('LiveX.CallbackAfterCreateRoom')).toBe(false)
    expect(passes('Live')).toBe(false)
  })

  test('a span counts back from now; instants stand by themselves, and a span wins over them', () => {
    const now = Date.parse('2026-11-24T09:00:00Z')
    expect(instantsOf(readFilter({ since: '1h', from: '2026-01-01' }), now)).toEqual({
      from: '2026-11-24T08:00:00.000Z',
    })
    const between = readFilter({ from: '2026-11-24T08:00:00Z', to: '2026-11-24T08:30:00+00:00' })
    expect(instantsOf(between, now)).toEqual({ from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T08:30:00.000Z' })
    const createdAt = (at: string) => passesFilter(between, delivery(1, { createdAt: at }))
    expect(createdAt('2026-11-24T08:00:00.000Z')).toBe(true)
    expect(createdAt('2026-11-24T08:30:00.000Z')).toBe(false)
  })
})
