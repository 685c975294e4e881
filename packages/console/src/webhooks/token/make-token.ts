/** As many bytes as SHA-256 has; more add nothing. */
const tokenBytes = 32

/**
 * Makes a token: random, of letters, digits, `-` and `_`.
 * @param random fills bytes with chance that no one can guess
 */
export function makeToken(random: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  const bytes = new Uint8Array(tokenBytes)
  random(bytes)
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
