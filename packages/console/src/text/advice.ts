// The service's advice is sentences; what stands between backticks in them is to be typed or looked for as it is.

export type AdvicePart =
  | { readonly kind: 'words'; readonly text: string }
  /** A name, a value. */
  | { readonly kind: 'code'; readonly text: string }
  /** A command line to copy. */
  | { readonly kind: 'command'; readonly text: string }

/**
 * Splits one sentence. A backtick without a partner is a character like any other; a stop right behind a last command
 * is left out, since it would look like a part of it.
 */
export function parseAdvice(sentence: string): readonly AdvicePart[] {
  const parts: AdvicePart[] = []
  let rest = 0
  for (const match of sentence.matchAll(/`([^`]+)`/g)) {
    if (match.index > rest) parts.push({ kind: 'words', text: sentence.slice(rest, match.index) })
    const text = match[1] ?? ''
    parts.push({ kind: /^[a-z][\w.-]* \S/.test(text) ? 'command' : 'code', text })
    rest = match.index + match[0].length
  }
  const end = sentence.slice(rest)
  if (end !== '' && !(parts.at(-1)?.kind === 'command' && /^[.。]$/.test(end))) parts.push({ kind: 'words', text: end })
  return parts
}

/** Whether two sentences say the same, whatever their spacing and final stop. */
export function isSameSentence(one: string, other: string): boolean {
  return bare(one) === bare(other)
}

function bare(sentence: string): string {
  return sentence.replaceAll(/\s+/g, '').replace(/[.。]$/, '')
}
