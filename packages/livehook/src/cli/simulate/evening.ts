// A live evening as what a live platform would send, planned from a seed: rooms open one after another, viewers come and go in
// waves, talk, give gifts, take seats; pairs of rooms battle, recordings run, and at the end the rooms close. Pure.

import type { Chance } from './chance.ts'
import { createChance, seedOf } from './chance.ts'
import { battles } from './battles.ts'
import type { Client, Evening, Happening, Room } from './story.ts'
import type { GiftsOfRoom } from './bodies.ts'
import { battle, closes, gift, membersChange, message, opens, recording, seatChange } from './bodies.ts'
import { unwanted } from './unwanted.ts'

/** How long arrivals are gathered before they are told together. */
const tickMs = 500
const messagesPerViewer = 1.2
const giftsPerViewer = 0.15
const unwantedShare = 0.03

/** All that happens, in the order of time. */
export function planEvening(evening: Evening): readonly Happening[] {
  const rooms = planRooms(evening)
  const happenings = rooms.flatMap((room) => roomLife(room, evening))
  happenings.push(...battles(rooms, evening).map(({ at, client, ...facts }) => ({ at, client, tell: battle(facts) })))
  // Of equal times the order of planning stays: a room opens before anyone is in it.
  return happenings.toSorted((left, right) => left.at - right.at)
}

/** A few rooms have most of the viewers, as on every evening. */
function planRooms({ seed, rooms, viewers, durationMs }: Evening): readonly Room[] {
  const chance = createChance(seedOf(seed, 0))
  const weights = Array.from({ length: rooms }, (_, index) => 1 / (index + 2))
  const weight = weights.reduce((sum, each) => sum + each, 0)
  let left = viewers
  return weights.map((own, index) => {
    const share = index === rooms - 1 ? left : Math.min(left, Math.round((viewers * own) / weight))
    left -= share
    return {
      number: index + 1,
      roomId: `evening-${seed}-${index + 1}`,
      host: `host_${index + 1}`,
      opensAt: Math.floor(chance.next() * durationMs * 0.15),
      closesAt: Math.floor(durationMs * (0.88 + chance.next() * 0.12)),
      viewers: share,
    }
  })
}

interface Stay {
  readonly account: string
  readonly client: Client
  readonly entersAt: number
  /** Those who stay to the end leave with the room, which is told of the room alone. */
  readonly leavesAt: number
}

function roomLife(room: Room, evening: Evening): Happening[] {
  const chance = createChance(seedOf(evening.seed, room.number))
  const stays = planStays(room, chance)
  const { talk, gifts } = talkOf(room, { stays, chance, evening })
  const host = clientOf(chance)
  const at = (offset: number): number => evening.startAt + offset
  return [
    { at: room.opensAt, client: host, tell: opens(room, at(room.opensAt)) },
    ...recordingOf(room, { chance, evening, client: host }),
    ...memberTicks(room, { stays, evening }),
    ...seatLife(room, { stays, chance, evening, client: host }),
    ...talk,
    { at: room.closesAt, client: host, tell: closes(room, { gifts, at: at(room.closesAt) }) },
  ]
}

/** Viewers come in waves, and most leave before the end. */
function planStays(room: Room, chance: Chance): readonly Stay[] {
  const length = room.closesAt - room.opensAt
  const waves = Array.from({ length: chance.whole(3, 5) }, () => room.opensAt + chance.next() * length * 0.8)
  const [first = room.opensAt, ...others] = waves
  return Array.from({ length: room.viewers }, (_, index) => {
    const wave = chance.pick([first, ...others])
    const wish = wave + chance.normal() * length * 0.06
    const entersAt = Math.floor(Math.max(room.opensAt + 1, Math.min(room.closesAt - 2, wish)))
    const leavesAt = Math.floor(entersAt + 1 + chance.exponential(length * 0.4))
    return { account: `fan_${room.number}_${index + 1}`, client: clientOf(chance), entersAt, leavesAt }
  })
}

/** Who came, and who left, within a tick is told in one event. */
function memberTicks(
  room: Room,
  { stays, evening }: { readonly stays: readonly Stay[]; readonly evening: Evening },
): Happening[] {
  const changes = new Map<string, { at: number; type: 'Online' | 'Offline'; client: Client; accounts: string[] }>()
  const note = (type: 'Online' | 'Offline', moment: number, stay: Stay): void => {
    if (moment >= room.closesAt) return
    // No one speaks before it is told that they came, nor after it is told that they left.
    const tick = type === 'Online' ? Math.floor(moment / tickMs) : Math.ceil(moment / tickMs)
    const at = Math.max(room.opensAt + 1, Math.min(room.closesAt - 1, tick * tickMs))
    const key = `${type} ${at}`
    const change = changes.get(key) ?? { at, type, client: stay.client, accounts: [] }
    change.accounts.push(stay.account)
    changes.set(key, change)
  }
  for (const stay of stays) {
    note('Online', stay.entersAt, stay)
    note('Offline', stay.leavesAt, stay)
  }
  return [...changes.values()].map(({ at, type, client, accounts }) => ({
    at,
    client,
    tell: membersChange(room, { type, accounts, at: evening.startAt + at }),
  }))
}

/** Messages and gifts: both are asked first. */
function talkOf(
  room: Room,
  { stays, chance, evening }: { readonly stays: readonly Stay[]; readonly chance: Chance; readonly evening: Evening },
): { readonly talk: readonly Happening[]; readonly gifts: GiftsOfRoom } {
  const givers = new Set<string>()
  const counts = { sent: 0, coins: 0 }
  const moments = stays.flatMap((stay) => momentsOf(stay, room, chance))
  const talk = moments
    .toSorted((left, right) => left.at - right.at)
    .map(({ isGift, stay, at }, index) => {
      const facts = { room, account: stay.account, sequence: index + 1, at: evening.startAt + at }
      if (!isGift) return { at, client: stay.client, ...message(facts, textOf(chance), chance.whole(1, 2_000_000_000)) }
      const given = { ...chance.pick(wares), count: chance.whole(1, 20) }
      givers.add(stay.account)
      counts.sent += given.count
      counts.coins += given.count * given.coins
      return { at, client: stay.client, ...gift(facts, given) }
    })
  return { talk, gifts: { ...counts, senders: givers.size } }
}

const wares: readonly [Ware, ...Ware[]] = [
  { giftId: 'rose', coins: 10 },
  { giftId: 'heart', coins: 10 },
  { giftId: 'rocket', coins: 200 },
]

interface Ware {
  readonly giftId: string
  readonly coins: number
}

interface Moment {
  readonly isGift: boolean
  readonly stay: Stay
  readonly at: number
}

/** When one viewer says or gives something: while they are there. */
function momentsOf(stay: Stay, room: Room, chance: Chance): readonly Moment[] {
  const length = Math.min(stay.leavesAt, room.closesAt) - 1 - stay.entersAt
  const messages = Math.min(12, Math.round(chance.exponential(messagesPerViewer)))
  const gifts = chance.next() < giftsPerViewer ? 1 : 0
  return Array.from({ length: messages + gifts }, (_, index) => ({
    isGift: index >= messages,
    stay,
    at: stay.entersAt + Math.floor(chance.next() * Math.max(0, length)),
  }))
}

function textOf(chance: Chance): string {
  if (chance.next() < unwantedShare) return `${unwanted}, only today`
  return chance.pick([
    'hello from the first row',
    'great!',
    '👏👏👏',
    '晚上好',
    'encore',
    'who is on seat two?',
    'salut à tous',
  ])
}

function seatLife(
  room: Room,
  parts: {
    readonly stays: readonly Stay[]
    readonly chance: Chance
    readonly evening: Evening
    readonly client: Client
  },
): Happening[] {
  const { stays, chance, evening, client } = parts
  const happenings: Happening[] = []
  for (const stay of stays.slice(0, 4)) {
    const until = Math.min(stay.leavesAt, room.closesAt) - 1
    if (until - stay.entersAt < 4 * tickMs) continue
    const seat = chance.whole(1, 7)
    const takenAt = stay.entersAt + tickMs
    for (const [at, account] of [
      [takenAt, stay.account],
      [until, ''],
    ] as const) {
      const tell = seatChange(room, { seat, account, at: evening.startAt + at })
      happenings.push({ at, client, tell })
    }
  }
  return happenings
}

/** One room in three is recorded. */
function recordingOf(
  room: Room,
  { chance, evening, client }: { readonly chance: Chance; readonly evening: Evening; readonly client: Client },
): Happening[] {
  if (chance.next() > 1 / 3) return []
  return [room.opensAt + 1, room.closesAt - 1].map((at, index) => ({
    at,
    client,
    tell: recording(room, { isStart: index === 0, at: evening.startAt + at }),
  }))
}

function clientOf(chance: Chance): Client {
  // RFC 5737: addresses for documentation, which belong to no one.
  return {
    clientIp: `203.0.113.${chance.whole(1, 254)}`,
    optPlatform: chance.pick(['iOS', 'Android', 'Android', 'Web', 'Windows']),
  }
}
