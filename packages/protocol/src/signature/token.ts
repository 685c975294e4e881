// The shared secret of a webhook, as text.

/** How many characters (Unicode code points) a token may have. */
export const maxTokenCharacters = 128

/** How many tokens a checking side accepts at once: a change of token needs two; more than four is a mistake. */
export const maxTokens = 4

export type TokenCheck =
  | {
      readonly kind: 'ok'
      /** A token that begins or ends with white space was most likely pasted together with it, and signs differently. */
      readonly warning?: 'outer_white_space'
    }
  | { readonly kind: 'refused'; readonly reason: 'empty' | 'too_long' | 'control_character' | 'ill_formed' }

/**
 * Checks a token before it is set: 1 to 128 characters, no control characters (a line end from a secret's file would make every
 * Sign differ from the app's), no half of a surrogate pair (it has no UTF-8 bytes). An empty token is not an unset one: its
 * Sign is `sha256(RequestTime)`, which anyone can compute.
 */
export function checkToken(token: string): TokenCheck {
  if (token === '') return { kind: 'refused', reason: 'empty' }
  if (!token.isWellFormed()) return { kind: 'refused', reason: 'ill_formed' }
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(token)) return { kind: 'refused', reason: 'control_character' }
  if (Array.from(token).length > maxTokenCharacters) return { kind: 'refused', reason: 'too_long' }
  return token.trim() === token ? { kind: 'ok' } : { kind: 'ok', warning: 'outer_white_space' }
}

/**
 * Says whether a list of tokens can be checked against: texts, none of them empty, not too many. Asked at run time too, because
 * an unset environment variable arrives here as `undefined`, whatever the types say.
 */
export function areUsableTokens(tokens: unknown): tokens is readonly string[] {
  return (
    Array.isArray(tokens) &&
    tokens.length <= maxTokens &&
    tokens.every((token) => typeof token === 'string' && token !== '')
  )
}
