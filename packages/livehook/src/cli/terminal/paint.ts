// What a person's terminal is like: its colours (https://no-color.org) and its columns.

import { styleText } from 'node:util'
import type { CliIo } from '../io.ts'

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

/** Wraps a text in a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

export function paintFor(stream: CliIo['stdout'], environment: CliIo['environment']): Paint {
  const noColor = environment['NO_COLOR']
  const isColoured =
    stream.isTTY === true && (noColor === undefined || noColor === '') && environment['TERM'] !== 'dumb'
  return isColoured ? paint : (_, text) => text
}

/** Whether it is a terminal was judged already, and its environment is the verb's. */
export const paint: Paint = (colour, text) => styleText(colour, text, { validateStream: false })

/** Columns of a terminal, 80 if it does not say; `undefined` if it is not one. */
export function terminalWidth(stream: CliIo['stdout']): number | undefined {
  if (stream.isTTY !== true) return undefined
  return 'columns' in stream && typeof stream.columns === 'number' && stream.columns > 0 ? stream.columns : 80
}
