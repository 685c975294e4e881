// Text of strangers (bodies, answers, names, header values), made safe to look at. It is always shown as text, never as
// markup; what is left to do is to show characters that would be invisible, or would turn the rest of the line around.

/** C0 without tab and line feed; DEL and C1; marks and overrides of direction; line separators; invisible joiners. */
const hidden =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu

/**
 * Writes hidden characters out by their number, `⟨U+202E⟩`; CR LF stays a line break. (The pictures that Unicode has
 * for the C0 characters, ␀ and so on, are missing in too many fonts.)
 * One string in, one string out: however hostile a text is, it costs one text node.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(hidden, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}

/**
 * The same for JSON that is edited: as the escapes that JSON has for them, so that it means what it meant. Outside of its
 * strings JSON has no such characters.
 */
export function visibleJson(json: string): string {
  return json.replace(hidden, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** The same for one line of a list: line breaks and tabs are written out too, and what no one can see is cut off. */
export function visibleLine(text: string, maxLength = 400): string {
  const start = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return visibleText(start).replaceAll('\n', '⟨U+000A⟩').replaceAll('\t', '⟨U+0009⟩')
}
