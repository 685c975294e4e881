// Chance that can be repeated: the same seed gives the same numbers.

export interface Chance {
  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  /** Around 0 with deviation 1, cut at three. */
  normal(): number
  /** A waiting time with this mean. */
  exponential(mean: number): number
}

/** Mulberry32: small, and good enough for what must look like an evening. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    normal: () => {
      const sum = Array.from({ length: 12 }, next).reduce((total, each) => total + each, -6)
      return Math.max(-3, Math.min(3, sum))
    },
    exponential: (mean) => -mean * Math.log(1 - next()),
  }
}

/** A seed of its own for each part, so that one part's numbers do not move with another's. */
export function seedOf(seed: number, part: number): number {
  return (Math.imul(seed ^ 0x9e_37_79_b9, 0x85_eb_ca_6b) ^ Math.imul(part + 1, 0xc2_b2_ae_35)) >>> 0
}
