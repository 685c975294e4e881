// Colour, where a person looks at a terminal and has not asked for none (https://no-color.org).

import type { CliIo } from '../io.ts'

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

/** Wraps a text in a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

const codes: Readonly<Record<Colour, readonly [on: number, off: number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
}

export function paintFor(stream: CliIo['stdout'], environment: CliIo['environment']): Paint {
  const noColor = environment['NO_COLOR']
  const isColoured =
    stream.isTTY === true && (noColor === undefined || noColor === '') && environment['TERM'] !== 'dumb'
  return isColoured ? paint : (_, text) => text
}

export const paint: Paint = (colour, text) => {
  const [on, off] = codes[colour]
  return `\u001b[${on}m${text}\u001b[${off}m`
}
