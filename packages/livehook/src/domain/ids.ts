// Ids as people see them: a prefix that says what it is, the salt of the store that made it, and a running number.
// The salt keeps ids apart when a data directory is thrown away and a new one starts at 1 again: a receiver that
// remembers `webhook-id`s must never meet an old one on a new event.
//
// The numbers of events are shuffled under a secret of the store before they are written, since an event's id is the
// `webhook-id` that every receiver sees: from the ids of its own events it learns neither how many others there are nor what
// the next id will be.

/** Crockford's base 32 in lower case: no i, l, o, u, so an id survives being read out over the telephone. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** The value of each character; 255 for one that is no digit. */
const valueOfCode = new Uint8Array(128).fill(255)
for (let value = 0; value < alphabet.length; value += 1) valueOfCode[alphabet.charCodeAt(value)] = value

/** All pairs of digits: an id is made of four of them. */
const pairs = Array.from({ length: 1024 }, (_, value) => alphabet.charAt(value >>> 5) + alphabet.charAt(value & 31))

/** 40 bits each: about 10^12 ids per kind, and one chance in 10^12 that two stores share a salt. */
const saltLength = 8
const numberLength = 8

export type IdPrefix = 'evt' | 'dlv' | 'att' | 'wh' | 'key' | 'dec' | 'ses' | 'job' | 'aud'

/**
 * Makes a salt from chance.
 * @param random five bytes of chance (more are ignored)
 * @returns eight characters
 */
export function makeSalt(random: Uint8Array): string {
  let value = 0
  for (let index = 0; index < 5; index += 1) value = value * 256 + (random[index] ?? 0)
  return encodeNumber(value)
}

/**
 * Writes an id.
 * @param prefix what the id names
 * @param salt the store's salt, eight characters
 * @param number the running number inside the store, from 1
 * @returns for example `evt_7k2m9qxd00000abc`
 */
export function formatId(prefix: IdPrefix, salt: string, number: number): string {
  return `${prefix}_${salt}${encodeNumber(number)}`
}

/**
 * Reads an id back.
 * @returns the running number, or `undefined` if the text is no id of this kind from this store (then nothing has that id)
 */
export function parseId(prefix: IdPrefix, salt: string, id: string): number | undefined {
  const start = prefix.length + 1
  if (id.length !== start + saltLength + numberLength) return undefined
  if (!id.startsWith(`${prefix}_${salt}`)) return undefined
  let value = 0
  for (let index = start + saltLength; index < id.length; index += 1) {
    const digit = valueOfCode[id.charCodeAt(index)] ?? 255
    if (digit === 255) return undefined
    value = value * 32 + digit
  }
  return value
}

/** Eight digits, 40 bits. */
function encodeNumber(value: number): string {
  // Bit operations see 32 bits.
  const high = Math.floor(value / 0x10_00_00)
  const low = value % 0x10_00_00
  return `${pairOf(high >>> 10)}${pairOf(high)}${pairOf(low >>> 10)}${pairOf(low)}`
}

function pairOf(value: number): string {
  return pairs[value & 1023] ?? ''
}

/** What a store shuffles the numbers of its events with. */
export interface Shuffle {
  /** 32 hexadecimal digits, kept by the store and shown to no one. */
  readonly secret: string
  /** Numbers below this were given out before there was a shuffle; their ids stay as they are. */
  readonly from: number
}

const halfBits = 20
const halfMask = (1 << halfBits) - 1
const halfSize = 1 << halfBits
const rounds = 8

/**
 * Prepares a shuffle of the numbers `from` to 2^40 - 1: each is taken to another one of them, and back.
 * @returns `there` for writing an id, `back` for reading one
 */
export function createShuffle({ secret, from }: Shuffle): {
  readonly there: (number: number) => number
  readonly back: (number: number) => number
} {
  const keys = Uint32Array.from({ length: 4 }, (_, index) =>
    Number.parseInt(secret.slice(index * 8, index * 8 + 8), 16),
  )
  /** A round of a Feistel network: any function of a half will do, as long as it cannot be told without the key. */
  const mix = (half: number, round: number): number => {
    let value = half ^ (keys[round & 3] ?? 0)
    value = Math.imul(value ^ (value >>> 16) ^ (round << 24), 0x85eb_ca6b)
    value = Math.imul(value ^ (value >>> 13) ^ (keys[(round + 1) & 3] ?? 0), 0xc2b2_ae35)
    value = Math.imul(value ^ (value >>> 15) ^ (keys[(round + 2) & 3] ?? 0), 0x27d4_eb2f)
    return (value ^ (value >>> 16)) & halfMask
  }
  const once = (number: number): number => {
    let left = Math.floor(number / halfSize)
    let right = number % halfSize
    for (let round = 0; round < rounds; round += 1) [left, right] = [right, left ^ mix(right, round)]
    return left * halfSize + right
  }
  const onceBack = (number: number): number => {
    let left = Math.floor(number / halfSize)
    let right = number % halfSize
    for (let round = rounds - 1; round >= 0; round -= 1) [left, right] = [right ^ mix(left, round), left]
    return left * halfSize + right
  }
  /** Goes on along the circle until it is among the shuffled numbers again, so that plain ids are left alone. */
  const along = (step: (number: number) => number, number: number): number => {
    if (number < from) return number
    let next = step(number)
    while (next < from) next = step(next)
    return next
  }
  return { there: (number) => along(once, number), back: (number) => along(onceBack, number) }
}
