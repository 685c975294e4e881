// Secrets are taken out of everything that leaves: logs, events, spans.

/**
 * @param tokens all that are accepted
 * @returns a function that hides tokens, and Signs wherever they stand
 */
export function createRedact(tokens: readonly string[]): (text: string) => string {
  // The longest first, so that a token that begins like another is hidden whole.
  const longestFirst = tokens.toSorted((left, right) => right.length - left.length)
  const spellings = longestFirst.flatMap((token) => [token, encodeURIComponent(token)])
  return (text) => {
    let hidden = text
    for (const spelling of spellings) hidden = hidden.replaceAll(spelling, '***')
    // Any 64 hex digits may be a Sign, whatever stands before them.
    return hidden.replaceAll(/\b[0-9a-f]{64}\b/gi, '***')
  }
}
