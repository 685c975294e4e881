// A request as the core sees it, whatever framework it came through, and the answer to it.

import type { HeaderSource } from '@livehook/protocol'

export type IncomingBody =
  | {
      readonly kind: 'bytes'
      /**
       * Reads the body, once, and stops at the limit.
       * @returns what came; the promise never rejects: the far side's trouble is a value
       */
      read(maxBytes: number): Promise<Uint8Array | 'too_large' | 'cut_off'>
    }
  /** A middleware has parsed the body already. `advice` says in a sentence which one, and what to do instead. */
  | { readonly kind: 'parsed'; readonly value: unknown; readonly advice: string }
  /** Something has read the body and left nothing. */
  | { readonly kind: 'consumed'; readonly advice: string }

export interface Incoming {
  readonly method: string
  /** As on the request line, without `?`. */
  readonly query: string
  readonly headers: HeaderSource
  readonly body: IncomingBody
  /** Keeps the process alive for work after the answer, if the platform needs to be told. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
  /** Nothing runs after the answer here, as in AWS Lambda: handlers are waited for, whatever `answer` says. */
  readonly stopsAfterAnswer?: boolean
}

export interface Answer {
  readonly status: number
  /** A JSON packet. */
  readonly body: string
  /** Beside `content-type: application/json`. */
  readonly headers: Readonly<Record<string, string>>
}

/** What every adapter needs of a receiver. */
export interface AnswersRequests {
  handle(incoming: Incoming): Promise<Answer>
}

/** A body that is there already. */
export function bytesBody(bytes: Uint8Array): IncomingBody {
  return { kind: 'bytes', read: async (maxBytes) => (bytes.length > maxBytes ? 'too_large' : bytes) }
}

/** The one value of a header; of several the first. */
export function headerOf(headers: HeaderSource, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  return (typeof found === 'string' ? found : found?.[0]) ?? undefined
}

/** One array out of many. */
export function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks
  if (chunks.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
