// So many wrong tries a minute from one place: anyone who guesses is slowed down, and no one else.

import { isIPv6 } from 'node:net'

export interface WrongTries {
  /**
   * How many seconds to wait before the next try; 0 if it may be made now.
   * @param place of an address (`placeOf`), or whatever else tries have in common
   */
  waitSeconds(place: string): number
  count(place: string): void
}

const minuteMs = 60_000

/** Bounds memory; the place that tried longest ago is forgotten first. */
const maxPlaces = 10_000

/**
 * @param deps.now epoch milliseconds
 * @param perMinute how many wrong tries a place has
 */
export function createWrongTries(deps: { readonly now: () => number }, perMinute: number): WrongTries {
  const byPlace = new Map<string, readonly number[]>()
  const recent = (place: string): readonly number[] => {
    const now = deps.now()
    // What lies ahead was counted before the clock was set back.
    return (byPlace.get(place) ?? []).filter((at) => at > now - minuteMs && at <= now)
  }
  return {
    waitSeconds(place) {
      const tries = recent(place)
      const oldest = tries.at(-perMinute)
      return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest + minuteMs - deps.now()) / 1000))
    },
    count(place) {
      const tries = [...recent(place), deps.now()].slice(-perMinute)
      byPlace.delete(place)
      byPlace.set(place, tries)
      for (const oldest of byPlace.keys()) {
        if (byPlace.size <= maxPlaces) return
        byPlace.delete(oldest)
      }
    },
  }
}

/** Where an address is: who has an IPv6 address usually has all of its /64, so that is one place. */
export function placeOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail = ''] = address.split('::', 2)
  const first = head === '' ? [] : head.split(':')
  const last = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::') ? 8 - first.length - last.length : 0
  const groups = [...first, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...last]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
