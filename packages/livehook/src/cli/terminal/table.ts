// Tables and sentences in the terminal. What is copied (ids) is never cut, and nothing that says why is ever dropped: a row
// that does not fit goes on below its first line, between words, behind a hanging indent.

import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

const gap = '  '
/** A column that may be cut or broken keeps at least so much room; one that is broken also its longest word. */
const leastWidth = 12
/** Indents deeper than this leave too little room on a narrow terminal. */
const deepestIndent = 10

/** `whole`: as it is; `cut`: with `…` if there is no room; `words`: broken into lines. */
export type Fit = 'whole' | 'cut' | 'words'

export interface TableOptions {
  /** Columns of the terminal; without it every row is one line, however long. */
  readonly width?: number | undefined
  /** Of each column; by default the last one is broken between words and the others are whole. */
  readonly fit?: readonly Fit[] | undefined
}

/** Lines of a table whose columns are as wide as their widest cell. The first row is the head. */
export function tableOf(rows: readonly (readonly string[])[], { width, fit }: TableOptions = {}): readonly string[] {
  const count = rows[0]?.length ?? 0
  const natural = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  )
  const fits = natural.map((_, column) => fit?.[column] ?? (column === count - 1 ? 'words' : 'whole'))
  const least = natural.map((own, column) => {
    if (fits[column] === 'whole') return own
    const words = fits[column] === 'cut' ? [] : rows.flatMap((row) => (row[column] ?? '').split(' '))
    return Math.min(own, Math.max(leastWidth, ...words.map((word) => stringWidth(word))))
  })
  if (width === undefined) return rows.flatMap((row) => besideEachOther(row, natural, fits))
  const beside = columnsThatFit(least, width)
  const widths = shrunk(natural.slice(0, beside), least, width)
  const indent = ' '.repeat(Math.min(deepestIndent, (widths[0] ?? 0) + gap.length))
  return rows.flatMap((row) => [
    ...besideEachOther(row.slice(0, beside), widths, fits),
    ...below(row.slice(beside), indent, width),
  ])
}

/** How many of the leading columns stand on the first line of a row. */
function columnsThatFit(least: readonly number[], width: number): number {
  let used = -gap.length
  for (const [column, own] of least.entries()) {
    used += gap.length + own
    if (used > width) return Math.max(1, column)
  }
  return least.length
}

/** The widths with which they fit: the widest of those that may be broken or cut gives way first. */
function shrunk(natural: readonly number[], least: readonly number[], width: number): readonly number[] {
  const widths = [...natural]
  const room = width - gap.length * (widths.length - 1)
  for (let over = widths.reduce((sum, each) => sum + each, 0) - room; over > 0; over -= 1) {
    const yielding = widths.map((own, column) => (own <= (least[column] ?? 0) ? 0 : own))
    const widest = Math.max(0, ...yielding)
    if (widest === 0) break
    widths[yielding.indexOf(widest)] = widest - 1
  }
  return widths
}

function besideEachOther(row: readonly string[], widths: readonly number[], fits: readonly Fit[]): readonly string[] {
  const cells = row.map((cell, column) => linesOf(cell, widths[column] ?? 0, fits[column]))
  const height = Math.max(1, ...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, index) =>
    cells
      .map((lines, column) => padded(lines[index] ?? '', widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  )
}

function linesOf(cell: string, width: number, fit: Fit = 'whole'): readonly string[] {
  if (fit === 'whole' || stringWidth(cell) <= width) return [cell]
  return fit === 'cut' ? [cut(cell, width)] : wrapAnsi(cell, width).split('\n')
}

function below(cells: readonly string[], indent: string, width: number): readonly string[] {
  const said = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  return said.length === 0 ? [] : hanging(indent + said.join(gap), width, 0)
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)))
}

function cut(cell: string, width: number): string {
  let text = ''
  for (const character of cell) {
    if (stringWidth(text + character) > width - 1) break
    text += character
  }
  return `${text}…`
}

/**
 * A line broken between its words; what goes on below is indented as the line is, and by `by` columns more. A word that is
 * longer than the terminal stays whole, so that it can be copied.
 * @param width columns of the terminal; nothing is broken without it
 */
export function hanging(text: string, width: number | undefined, by = 2): readonly string[] {
  if (width === undefined || stringWidth(text) <= width) return [text]
  const start = /^ */.exec(text)?.[0] ?? ''
  const deep = start + ' '.repeat(by)
  const lines = wrapAnsi(text.slice(start.length), Math.max(leastWidth, width - deep.length))
  return lines.split('\n').map((each, index) => (index === 0 ? start : deep) + each)
}
