// Text of the far side on its way to a person's eyes and shell: it must neither run nor hide anything there.

/** What a shell reads as plain text wherever it stands. A leading `-` would be read as an option. */
const plainWord = /^(?!-)[\w./:@%+=,-]+$/

/**
 * Writes a text as one word of a POSIX shell.
 * @example shellWord("https://a.test/?x=1&y='") // 'https://a.test/?x=1&y='\'''
 */
export function shellWord(text: string): string {
  const visible = displayText(text)
  if (plainWord.test(visible)) return visible
  // In single quotes a shell reads nothing but the end of the quotes.
  return `'${visible.replaceAll("'", String.raw`'\''`)}'`
}

/** How much of a text of the far side is shown. */
const maxCharacters = 2048

/** Replaces what cannot be seen: control characters, invisible ones, those that turn the direction of writing, and backquotes. */
export function displayText(text: string): string {
  return text
    .slice(0, maxCharacters)
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, '\uFFFD')
    .replaceAll('`', 'ˋ')
}
