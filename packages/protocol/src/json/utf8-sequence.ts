// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.

/**
 * Length in bytes (1 to 4) of the UTF-8 sequence that begins at `at`, or 0 if there is none.
 */
export function utf8SequenceLength(bytes: Uint8Array, at: number): 0 | 1 | 2 | 3 | 4 {
  const lead = bytes[at]
  if (lead === undefined) return 0
  if (lead < 0x80) return 1
  const second = bytes[at + 1] ?? 0
  if (lead < 0xe0) return lead >= 0xc2 && isContinuation(second) ? 2 : 0
  if (!isContinuation(bytes[at + 2] ?? 0)) return 0
  if (lead < 0xf0) {
    // Below E0 A0 is overlong, from ED A0 to ED BF are the surrogates.
    return second >= (lead === 0xe0 ? 0xa0 : 0x80) && second <= (lead === 0xed ? 0x9f : 0xbf) ? 3 : 0
  }
  if (lead > 0xf4 || !isContinuation(bytes[at + 3] ?? 0)) return 0
  // Below F0 90 is overlong, above F4 8F lies beyond Unicode.
  return second >= (lead === 0xf0 ? 0x90 : 0x80) && second <= (lead === 0xf4 ? 0x8f : 0xbf) ? 4 : 0
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
