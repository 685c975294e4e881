// Reads one answer from a connection: interim answers, head, body, and whether anything came behind it.

import { assertNever } from '../../domain/assert.ts'
import { BodyBuffer } from './body-buffer.ts'
import { ChunkedReader } from './chunked-reader.ts'
import { maxHeadBytes, readHead } from './response-head.ts'
import type { ResponseHead } from './response-head.ts'

/** An answer's body. The packet that we wait for has a few hundred bytes. */
export const maxBodyBytes = 65_536

/** Interim answers (1xx) before the answer proper. */
const maxInterimAnswers = 100

/** Why an answer cannot be used; the words are details of the diagnosis. */
export type ReadFault =
  | 'malformed_http'
  | 'headers_too_large'
  | 'response_too_large'
  | 'body_truncated'
  | 'closed_before_response'

export type ReadState = 'more' | 'complete' | ReadFault

const headEnd = Buffer.from('\r\n\r\n')
const noBytes = Buffer.alloc(0)

/** Everything that a status line can begin with, up to its first digit. */
const prefix = Buffer.from('HTTP/1.')

export class ResponseReader {
  head: ResponseHead | undefined
  /** Whether bytes came behind the answer. Then no one knows whose they are, and the connection must not be used again. */
  hasLeftover = false
  #interim = 0
  #partialHead: Buffer | undefined
  #partialBytes = 0
  #body: BodyBuffer | undefined
  #wholeBody: Buffer | undefined
  #chunked: ChunkedReader | undefined

  /** The body, or what came of it. */
  get body(): Buffer {
    return this.#wholeBody ?? this.#body?.view() ?? noBytes
  }

  /** Whether any byte of an answer came. */
  get hasBegun(): boolean {
    return this.head !== undefined || this.#partialBytes > 0 || this.#interim > 0
  }

  /** Takes what the connection brought; nothing here keeps the bytes themselves. Not to be called again after another state than `more`. */
  push(bytes: Buffer): ReadState {
    let offset = 0
    while (this.head === undefined) {
      const from = offset
      const end = this.#partialHead === undefined ? bytes.indexOf(headEnd, from) : -1
      if (end < 0) return this.#pushPartialHead(bytes, from)
      if (end + 4 - from > maxHeadBytes) return 'headers_too_large'
      offset = end + 4
      const state = this.#takeHead(bytes.toString('latin1', from, end))
      if (state !== 'more') return this.#finish(state, bytes, offset)
      if (this.head === undefined && offset === bytes.length) return 'more'
    }
    return this.#pushBody(bytes, offset)
  }

  /** The receiver closed its side. */
  end(): ReadState {
    if (this.head === undefined) return this.hasBegun ? 'malformed_http' : 'closed_before_response'
    return this.head.framing.kind === 'close' ? 'complete' : 'body_truncated'
  }

  /** Slow path: the head comes in pieces. */
  #pushPartialHead(bytes: Buffer, from: number): ReadState {
    const head = (this.#partialHead ??= Buffer.allocUnsafe(maxHeadBytes))
    const before = this.#partialBytes
    const taken = bytes.copy(head, before, from)
    this.#partialBytes += taken
    const end = head.subarray(0, this.#partialBytes).indexOf(headEnd, Math.max(0, before - 3))
    if (end < 0) {
      if (!couldBeHead(head, before, this.#partialBytes)) return 'malformed_http'
      return this.#partialBytes === maxHeadBytes ? 'headers_too_large' : 'more'
    }
    this.#partialHead = undefined
    this.#partialBytes = 0
    const rest = from + (end + 4 - before)
    const state = this.#takeHead(head.toString('latin1', 0, end))
    if (state !== 'more') return this.#finish(state, bytes, rest)
    return rest < bytes.length ? this.push(bytes.subarray(rest)) : 'more'
  }

  #takeHead(text: string): ReadState {
    const head = readHead(text)
    if (head === undefined) return 'malformed_http'
    if (head.status < 200 && head.status !== 101) {
      this.#interim += 1
      return this.#interim > maxInterimAnswers ? 'malformed_http' : 'more'
    }
    this.head = head
    const { framing } = head
    switch (framing.kind) {
      case 'none':
        return 'complete'
      case 'length':
        if (framing.bytes > maxBodyBytes) return 'response_too_large'
        return framing.bytes === 0 ? 'complete' : 'more'
      case 'chunked':
        this.#body = new BodyBuffer(maxBodyBytes, 512)
        this.#chunked = new ChunkedReader(this.#body)
        return 'more'
      case 'close':
        this.#body = new BodyBuffer(maxBodyBytes, 512)
        return 'more'
      default:
        return assertNever(framing)
    }
  }

  #pushBody(bytes: Buffer, offset: number): ReadState {
    const framing = this.head?.framing
    if (framing === undefined || offset === bytes.length) return 'more'
    if (framing.kind === 'length') return this.#pushFixed(bytes, offset, framing.bytes)
    if (this.#chunked !== undefined) {
      const { state, offset: end } = this.#chunked.read(bytes, offset)
      if (state === 'too_large') return 'response_too_large'
      if (state === 'malformed') return 'malformed_http'
      return this.#finish(state, bytes, end)
    }
    return this.#body?.add(bytes, offset, bytes.length) === true ? 'more' : 'response_too_large'
  }

  #pushFixed(bytes: Buffer, offset: number, length: number): ReadState {
    if (this.#body === undefined && bytes.length - offset >= length) {
      this.#wholeBody = Buffer.from(bytes.subarray(offset, offset + length))
      return this.#finish('complete', bytes, offset + length)
    }
    const body = (this.#body ??= new BodyBuffer(maxBodyBytes, length))
    const end = Math.min(bytes.length, offset + length - body.length)
    body.add(bytes, offset, end)
    return this.#finish(body.length === length ? 'complete' : 'more', bytes, end)
  }

  #finish(state: ReadState, bytes: Buffer, offset: number): ReadState {
    // What announces more than is ever read is not read; its beginning has come with its head, and says what it is.
    if (state === 'response_too_large' && this.#body === undefined) {
      this.#wholeBody = Buffer.from(bytes.subarray(offset, offset + maxBodyBytes))
    }
    this.hasLeftover = state === 'complete' && offset < bytes.length
    return state
  }
}

/** Says early what can become no head, so that no one waits for the deadline to learn that SSH lives on the port. */
function couldBeHead(head: Buffer, from: number, end: number): boolean {
  if (from < prefix.length) {
    const length = Math.min(end, prefix.length)
    if (head.compare(prefix, 0, length, 0, length) !== 0) return false
  }
  for (let index = head.indexOf(10, from); index >= 0 && index < end; index = head.indexOf(10, index + 1)) {
    if (head[index - 1] !== 13) return false
  }
  return true
}
