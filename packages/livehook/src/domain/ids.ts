// Ids as people see them: a prefix that says what it is, the salt of the store that made it, and a running number.
// The salt keeps ids apart when a data directory is thrown away and a new one starts at 1 again: a receiver that
// remembers `webhook-id`s must never meet an old one on a new event.

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
 * @returns the running number, or `undefined` where the text is no id of this kind from this store (then nothing has that id)
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
