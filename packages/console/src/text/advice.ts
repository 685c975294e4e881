// The service's advice is sentences; what stands between backticks in them is to be typed or looked for as it is.

export type AdvicePart =
  | { readonly kind: 'words'; readonly text: string }
  /** A name, a value. */
  | { readonly kind: 'code'; readonly text: string }
  /** A command line to copy. */
  | { readonly kind: 'command'; readonly text: string }

/** Splits one sentence. A backtick without a partner is a character like any other. */
export function parseAdvice(sentence: string): readonly AdvicePart[] {
  const parts: AdvicePart[] = []
  let rest = 0
  for (const match of sentence.matchAll(/`([^`]+)`/g)) {
    if (match.index > rest) parts.push({ kind: 'words', text: sentence.slice(rest, match.index) })
    const text = match[1] ?? ''
    parts.push({ kind: /^[a-z][\w.-]* \S/.test(text) ? 'command' : 'code', text })
    rest = match.index + match[0].length
  }
  if (rest < sentence.length) parts.push({ kind: 'words', text: sentence.slice(rest) })
  return parts
}
