// The head of an answer, strictly (RFC 9112): what two readers could understand differently is refused, never repaired.

/** Head of an answer: all of its lines together. Also what Node's own reader takes. */
export const maxHeadBytes = 16_384

export interface ResponseHead {
  readonly status: number
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  readonly minorVersion: number
  /** Names in lower case, in the order in which they came. */
  readonly headers: readonly Header[]
  readonly framing: Framing
  /** Whether the receiver means to keep the connection. */
  readonly keepAlive: boolean
  /** `Keep-Alive: timeout=…`, in seconds. */
  readonly keepAliveSeconds: number | undefined
}

/** How the end of the body is found. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }

/**
 * Reads a head.
 * @param text status line and header lines as Latin-1, without the empty line at the end
 * @returns `undefined` if it is not strictly HTTP/1.0 or HTTP/1.1
 */
export function readHead(text: string): ResponseHead | undefined {
  const lineEnd = endOfLine(text, 0)
  const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/.exec(text.slice(0, lineEnd))
  if (statusLine === null || !isText(text, 0, lineEnd)) return undefined
  const headers: Header[] = []
  const meaning = new HeadMeaning()
  let start = lineEnd + 2
  while (start < text.length) {
    const end = endOfLine(text, start)
    const header = readHeaderLine(text, start, end)
    if (header === undefined) return undefined
    headers.push(header)
    meaning.take(header)
    start = end + 2
  }
  const status = Number(statusLine[2])
  const framing = meaning.framing(status)
  if (framing === undefined) return undefined
  const minorVersion = Number(statusLine[1])
  const keepAlive = !meaning.saysClose && (minorVersion === 1 || meaning.saysKeepAlive)
  return { status, minorVersion, headers, framing, keepAlive, keepAliveSeconds: meaning.keepAliveSeconds }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\r\n', start)
  return end < 0 ? text.length : end
}

/** Name in lower case, value without the blanks around it. */
export type Header = readonly [string, string]

/** Reads `Name: value` out of a text: a header, or a trailer of a chunked body. */
export function readHeaderLine(text: string, start: number, end: number): Header | undefined {
  let colon = start
  while (colon < end && isTokenCode[text.charCodeAt(colon)] === 1) colon += 1
  if (colon === start || text.charCodeAt(colon) !== colonCode || colon >= end) return undefined
  let from = colon + 1
  let to = end
  while (from < to && isBlank(text.charCodeAt(from))) from += 1
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1
  if (!isText(text, from, to)) return undefined
  return [text.slice(start, colon).toLowerCase(), text.slice(from, to)]
}

/** Says whether a piece holds nothing but what may be shown: no controls, and no line end of any kind. */
export function isText(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return false
  }
  return true
}

const colonCode = 0x3a

/** What the name of a header may be made of (RFC 9110, 5.6.2). A table, because this runs for every byte of every head. */
const isTokenCode = Uint8Array.from({ length: 256 }, (_, code) =>
  /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** What the headers say about the end of the body and of the connection. */
class HeadMeaning {
  saysClose = false
  saysKeepAlive = false
  keepAliveSeconds: number | undefined
  #length: string | undefined
  #hasTwoLengths = false
  #codings: string | undefined

  take([name, value]: Header): void {
    switch (name) {
      case 'content-length':
        // Two lengths are two ends, even where they agree today.
        this.#hasTwoLengths ||= this.#length !== undefined
        this.#length = value
        break
      case 'transfer-encoding':
        this.#codings = this.#codings === undefined ? value : `${this.#codings},${value}`
        break
      case 'connection':
        for (const option of value.toLowerCase().split(',')) {
          const token = option.trim()
          this.saysClose ||= token === 'close'
          this.saysKeepAlive ||= token === 'keep-alive'
        }
        break
      case 'keep-alive': {
        const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)?.[1]
        if (seconds !== undefined) this.keepAliveSeconds = Number(seconds)
        break
      }
      default:
    }
  }

  /** @returns `undefined` if the end could be found in more than one way, or in none */
  framing(status: number): Framing | undefined {
    const length = this.#length
    if (this.#hasTwoLengths) return undefined
    if (length !== undefined && (this.#codings !== undefined || !/^\d{1,15}$/.test(length))) return undefined
    if (status < 200 || status === 204 || status === 304) return { kind: 'none' }
    if (this.#codings !== undefined) return frameByCodings(this.#codings)
    return length === undefined ? { kind: 'close' } : { kind: 'length', bytes: Number(length) }
  }
}

function frameByCodings(codings: string): Framing | undefined {
  const names = codings.split(',').map((coding) => coding.trim().toLowerCase())
  const chunked = names.filter((name) => name === 'chunked').length
  if (chunked > 1) return undefined
  return chunked === 1 && names.at(-1) === 'chunked' ? { kind: 'chunked' } : { kind: 'close' }
}
