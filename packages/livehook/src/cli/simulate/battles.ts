// Pairs of rooms that battle: created, started, ended. Pure.

import { createChance, seedOf } from './chance.ts'
import type { BattleMoment, Evening, Room } from './story.ts'

const pairShare = 0.3

/** Neighbours battle while both rooms are open; about three pairs in ten. */
export function battles(rooms: readonly Room[], { seed, startAt }: Evening): readonly BattleMoment[] {
  const chance = createChance(seedOf(seed, -2))
  const moments: BattleMoment[] = []
  for (let index = 0; index + 1 < rooms.length; index += 2) {
    const [from, to] = [rooms[index], rooms[index + 1]]
    if (from === undefined || to === undefined || chance.next() > pairShare) continue
    const opensAt = Math.max(from.opensAt, to.opensAt) + 1
    const length = Math.min(from.closesAt, to.closesAt) - 1 - opensAt
    const [createAt, started, ended] = [0.3, 0.35, 0.7].map((part) => Math.floor(opensAt + length * part))
    if (createAt === undefined || started === undefined || ended === undefined) continue
    const facts = {
      client: { clientIp: '203.0.113.9', optPlatform: 'iOS' },
      battleId: `battle-${seed}-${from.number}`,
      from,
      to,
      createdAt: startAt + createAt,
      startedAt: startAt + started,
      endedAt: startAt + ended,
      scores: [chance.whole(0, 5000), chance.whole(0, 5000)] as const,
    }
    moments.push(
      { ...facts, at: createAt, phase: 'create' },
      { ...facts, at: started, phase: 'start' },
      { ...facts, at: ended, phase: 'end' },
    )
  }
  return moments
}
