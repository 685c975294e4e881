// IP addresses as numbers: spellings are for people, rules are judged on bits. Pure.

/** An address in 32-bit words, most significant first: one word for IPv4, four for IPv6. */
export interface Address {
  readonly family: 4 | 6
  readonly words: readonly number[]
}

/** A block of addresses: those whose first `bits` bits are those of `address`. */
export interface AddressRange {
  readonly address: Address
  readonly bits: number
}

/**
 * Reads an address as resolvers, sockets and URL parsers write it: dotted quads without leading zeros, or IPv6 without
 * brackets and zone.
 * @returns `undefined` if the text is no address
 */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) return parseIpv6(text)
  const word = parseIpv4(text)
  return word === undefined ? undefined : { family: 4, words: [word] }
}

/** Reads `10.1.0.0/16`, `fd00::/8` or a single address. Bits behind the prefix must be zero, so that no rule says less than it seems to. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const width = address.words.length * 32
  const suffix = slash < 0 ? String(width) : text.slice(slash + 1)
  if (!/^(0|[1-9]\d{0,2})$/.test(suffix)) return undefined
  const bits = Number(suffix)
  if (bits > width) return undefined
  const range = { address, bits }
  return address.words.every((word, index) => (word & ~prefixMask(bits - index * 32)) >>> 0 === 0) ? range : undefined
}

/** Says whether an address lies in a range. Families never match across: `10.0.0.0/8` says nothing about `a00::1`. */
export function isInside(address: Address, range: AddressRange): boolean {
  if (address.family !== range.address.family) return false
  return range.address.words.every((word, index) => {
    const mask = prefixMask(range.bits - index * 32)
    return ((address.words[index] ?? 0) & mask) >>> 0 === (word & mask) >>> 0
  })
}

export function isSameAddress(left: Address, right: Address): boolean {
  return left.family === right.family && left.words.every((word, index) => word === right.words[index])
}

/** The IPv4 address in the last 32 bits of an IPv6 address. */
export function embeddedIpv4(address: Address): Address {
  return { family: 4, words: [address.words[3] ?? 0] }
}

/**
 * The IPv4 addresses that an IPv6 address may stand for, wherever they are written: at the end (mapped, compatible, translated,
 * ISATAP), behind each prefix of RFC 6052 (which leaves bits 64 to 71 out), in 6to4, and in Teredo (its server, and its client
 * with all bits turned over).
 */
export function carriedIpv4(address: Address): readonly Address[] {
  const bits = address.words.map((word) => word.toString(2).padStart(32, '0')).join('')
  const translated = bits.slice(0, 64) + bits.slice(72)
  const at = (text: string, start: number): Address => ({
    family: 4,
    words: [Number.parseInt(text.slice(start, start + 32), 2)],
  })
  const client = { family: 4, words: [~(address.words[3] ?? 0) >>> 0] } as const
  return [embeddedIpv4(address), client, at(bits, 16), ...[32, 40, 48, 56, 64].map((prefix) => at(translated, prefix))]
}

/** Writes an address: a dotted quad, or IPv6 in the form of RFC 5952. */
export function formatAddress(address: Address): string {
  if (address.family === 4) return formatIpv4(address.words[0] ?? 0)
  const groups = address.words.flatMap((word) => [word >>> 16, word & 0xffff])
  const zeros = longestZeros(groups)
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  if (zeros.length < 2) return hex(groups)
  return `${hex(groups.slice(0, zeros.start))}::${hex(groups.slice(zeros.start + zeros.length))}`
}

function formatIpv4(word: number): string {
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.')
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === 0) continue
    if (index - start > best.length) best = { start, length: index - start }
    start = index + 1
  }
  return best
}

/** The mask of the first `bits` bits of a word; below 0 and above 32 mean none and all. */
function prefixMask(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? 0xffffffff : ~(0xffffffff >>> bits)
}

function parseIpv4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let word = 0
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part)) return undefined
    const octet = Number(part)
    if (octet > 255) return undefined
    word = word * 256 + octet
  }
  return word
}

function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail]
  const words: number[] = []
  for (let index = 0; index < 8; index += 2) words.push((groups[index] ?? 0) * 0x10000 + (groups[index + 1] ?? 0))
  return { family: 6, words }
}

/** Reads `a:b:c`, with a dotted quad as the last piece where `isLast`. */
function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return []
  const pieces = text.split(':')
  const groups: number[] = []
  for (const [index, piece] of pieces.entries()) {
    if (isLast && index === pieces.length - 1 && piece.includes('.')) {
      const word = parseIpv4(piece)
      if (word === undefined) return undefined
      groups.push(word >>> 16, word & 0xffff)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(piece)) return undefined
      groups.push(Number.parseInt(piece, 16))
    }
  }
  return groups
}
