// Five wrong tries a minute from one address, and for keys that begin alike: whoever guesses is slowed down, and nobody else.

import { isIPv6 } from 'node:net'

export interface WrongTries {
  /** How many seconds an address must wait before its next try; 0 where it may try now. */
  waitSeconds(address: string): number
  count(address: string): void
}

const perMinute = 5
const minuteMs = 60_000

/** Bounds memory; the address that tried longest ago is forgotten first. */
const maxAddresses = 10_000

export function createWrongTries(deps: { readonly now: () => number }): WrongTries {
  const byPlace = new Map<string, readonly number[]>()
  const recent = (place: string): readonly number[] => {
    const since = deps.now() - minuteMs
    return (byPlace.get(place) ?? []).filter((at) => at > since)
  }
  return {
    waitSeconds(address) {
      const tries = recent(placeOf(address))
      const oldest = tries.at(-perMinute)
      return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest + minuteMs - deps.now()) / 1000))
    },
    count(address) {
      const place = placeOf(address)
      const tries = [...recent(place), deps.now()].slice(-perMinute)
      byPlace.delete(place)
      byPlace.set(place, tries)
      for (const oldest of byPlace.keys()) {
        if (byPlace.size <= maxAddresses) return
        byPlace.delete(oldest)
      }
    },
  }
}

/** Who has an IPv6 address usually has all of its /64, so that is what counts as one place. */
function placeOf(address: string): string {
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
