// The chunked coding (RFC 9112, 7.1), strictly and within bounds: sizes, extensions and trailers count, so that no
// answer can keep us reading bytes that never show up in its body.

import { assertNever } from '../../domain/assert.ts'
import type { BodyBuffer } from './body-buffer.ts'
import { isText, maxHeadBytes, readHeaderLine } from './response-head.ts'

/** A line with a chunk's size and extensions. Sizes need a few digits, and no one needs long extensions. */
const maxSizeLineBytes = 256

export type ChunkedState = 'more' | 'complete' | 'malformed' | 'too_large'

export class ChunkedReader {
  readonly #body: BodyBuffer
  #part: 'size' | 'data' | 'data_end' | 'trailer' = 'size'
  #line = ''
  #remaining = 0
  #trailers = 0

  constructor(body: BodyBuffer) {
    this.#body = body
  }

  /** Reads on. @returns the state, and how far in the chunk it came */
  read(bytes: Buffer, start: number): { readonly state: ChunkedState; readonly offset: number } {
    let offset = start
    while (offset < bytes.length) {
      if (this.#part === 'data') {
        const end = Math.min(bytes.length, offset + this.#remaining)
        if (!this.#body.add(bytes, offset, end)) return { state: 'too_large', offset }
        this.#remaining -= end - offset
        offset = end
        if (this.#remaining === 0) this.#part = 'data_end'
      } else {
        const lineFeed = bytes.indexOf(10, offset)
        const end = lineFeed < 0 ? bytes.length : lineFeed + 1
        const room = this.#maxLineBytes() - this.#line.length
        if (end - offset > room) return { state: 'malformed', offset }
        this.#line += bytes.toString('latin1', offset, end)
        offset = end
        if (lineFeed < 0) break
        const state = this.#takeLine()
        if (state !== 'more') return { state, offset }
      }
    }
    return { state: 'more', offset }
  }

  #maxLineBytes(): number {
    if (this.#part === 'size') return maxSizeLineBytes
    return this.#part === 'data_end' ? 2 : maxHeadBytes - this.#trailers
  }

  #takeLine(): ChunkedState {
    const line = this.#line
    this.#line = ''
    const text = line.slice(0, -2)
    if (!line.endsWith('\r\n') || !isText(text, 0, text.length)) return 'malformed'
    switch (this.#part) {
      case 'size':
        return this.#takeSize(text)
      case 'data_end':
        this.#part = 'size'
        return text === '' ? 'more' : 'malformed'
      case 'trailer':
        if (text === '') return 'complete'
        this.#trailers += line.length
        return readHeaderLine(text, 0, text.length) === undefined ? 'malformed' : 'more'
      case 'data':
        return 'malformed'
      default:
        return assertNever(this.#part)
    }
  }

  #takeSize(text: string): ChunkedState {
    const digits = /^([0-9a-fA-F]{1,16})(?:[ \t]*;.*)?$/.exec(text)?.[1]
    if (digits === undefined) return 'malformed'
    this.#remaining = Number.parseInt(digits, 16)
    this.#part = this.#remaining === 0 ? 'trailer' : 'data'
    return 'more'
  }
}
