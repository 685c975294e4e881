// Tables and sentences in the terminal.

import { stripVTControlCharacters } from 'node:util'

/** A column is never cut to fewer characters than these. */
const leastWidth = 6
const gap = 2

/**
 * Columns as wide as their widest cell; nothing behind the last.
 * @param width columns of the terminal: the widest columns are cut, with `…`, until the table fits; never where left out
 */
export function tableOf(rows: readonly (readonly string[])[], width?: number): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOfText(row[column] ?? ''))))
  if (width !== undefined) shrink(widths, width)
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

function shrink(widths: number[], width: number): void {
  const room = width - gap * (widths.length - 1)
  for (let over = widths.reduce((sum, each) => sum + each, 0) - room; over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths))
    const own = widths[widest] ?? 0
    if (own <= leastWidth) return
    widths[widest] = own - 1
  }
}

function padded(cell: string, width: number): string {
  const own = widthOfText(cell)
  return own <= width ? cell + ' '.repeat(width - own) : cut(cell, width)
}

/** A cell that is cut loses its colour: codes cannot be cut in two. */
function cut(cell: string, width: number): string {
  let text = ''
  for (const character of stripVTControlCharacters(cell)) {
    if (widthOfText(text + character) > width - 1) break
    text += character
  }
  return `${text}…${' '.repeat(Math.max(0, width - 1 - widthOfText(text)))}`
}

const wide =
  /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[\u3000-\u303f\uff01-\uff60]/u
const without = /\p{Mn}|\p{Me}|\u200d/u

/** Columns that a text takes: Chinese characters and pictures take two. */
export function widthOfText(text: string): number {
  let width = 0
  for (const character of stripVTControlCharacters(text))
    width += wide.test(character) ? 2 : without.test(character) ? 0 : 1
  return width
}

/** A sentence broken into lines between its words; a word that is longer stays whole. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const joined = last === undefined ? word : `${last} ${word}`
    if (last === undefined || widthOfText(joined) > width) lines.push(word)
    else lines[lines.length - 1] = joined
  }
  return lines
}
