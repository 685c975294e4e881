// The head of an answer, strictly (RFC 9112): what two readers could understand differently is refused, never repaired.

/** Head of an answer: all of its lines together. Also what Node's own reader takes. */
export const maxHeadBytes = 16_384

export interface ResponseHead {
  readonly status: number
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  readonly minorVersion: number
  /** Names in lower case, in the order in which they came. */
  readonly headers: readonly (readonly [string, string])[]
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
 * @returns `undefined` where it is not strictly HTTP/1.0 or HTTP/1.1
 */
export function readHead(text: string): ResponseHead | undefined {
  if (hasForbiddenBytes(text)) return undefined
  const lines = text.split('\r\n')
  const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/.exec(lines[0] ?? '')
  if (statusLine === null) return undefined
  const headers = readHeaderLines(lines.slice(1))
  if (headers === undefined) return undefined
  const minorVersion = Number(statusLine[1])
  const status = Number(statusLine[2])
  const framing = frame(status, headers)
  if (framing === undefined) return undefined
  return { status, minorVersion, headers, framing, ...readConnection(minorVersion, headers) }
}

/** Reads header lines, or the trailers of a chunked body. */
export function readHeaderLines(lines: readonly string[]): readonly (readonly [string, string])[] | undefined {
  const headers: (readonly [string, string])[] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (colon < 1 || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return undefined
    headers.push([name.toLowerCase(), trimBlanks(line, colon + 1)])
  }
  return headers
}

/** Control characters, and line ends that are not CR LF. */
export function hasForbiddenBytes(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[^\t\r\n\u0020-\u007e\u0080-\u00ff]|\r(?!\n)|(?<!\r)\n/.test(text)
}

function trimBlanks(line: string, from: number): string {
  let start = from
  let end = line.length
  while (start < end && isBlank(line, start)) start += 1
  while (end > start && isBlank(line, end - 1)) end -= 1
  return line.slice(start, end)
}

function isBlank(line: string, index: number): boolean {
  const code = line.charCodeAt(index)
  return code === 0x20 || code === 0x09
}

type Headers = readonly (readonly [string, string])[]

function frame(status: number, headers: Headers): Framing | undefined {
  let length: string | undefined
  let codings: string | undefined
  for (const [name, value] of headers) {
    if (name === 'content-length') {
      // Two lengths are two ends, even where they agree today.
      if (length !== undefined) return undefined
      length = value
    } else if (name === 'transfer-encoding') codings = codings === undefined ? value : `${codings},${value}`
  }
  if (length !== undefined && (codings !== undefined || !/^\d{1,15}$/.test(length))) return undefined
  if (status < 200 || status === 204 || status === 304) return { kind: 'none' }
  if (codings !== undefined) return frameByCodings(codings)
  return length === undefined ? { kind: 'close' } : { kind: 'length', bytes: Number(length) }
}

function frameByCodings(codings: string): Framing | undefined {
  const names = codings.split(',').map((coding) => coding.trim().toLowerCase())
  const chunked = names.filter((name) => name === 'chunked').length
  if (chunked > 1) return undefined
  return chunked === 1 && names.at(-1) === 'chunked' ? { kind: 'chunked' } : { kind: 'close' }
}

function readConnection(minorVersion: number, headers: Headers): Pick<ResponseHead, 'keepAlive' | 'keepAliveSeconds'> {
  let keepAlive = minorVersion === 1
  let keepAliveSeconds: number | undefined
  for (const [name, value] of headers) {
    if (name === 'connection') {
      const options = value.toLowerCase().split(',')
      for (const option of options) {
        const token = option.trim()
        if (token === 'close') return { keepAlive: false, keepAliveSeconds }
        if (token === 'keep-alive') keepAlive = true
      }
    } else if (name === 'keep-alive') {
      const seconds = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)?.[1]
      if (seconds !== undefined) keepAliveSeconds = Number(seconds)
    }
  }
  return { keepAlive, keepAliveSeconds }
}
