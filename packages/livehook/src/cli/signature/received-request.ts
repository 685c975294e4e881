// A webhook request as someone received it, from a log or a debugger.

import { readQuery } from '@livehook/protocol/node'

/** A request as it was received. */
export interface ReceivedRequest {
  /** The query string as on the request line, without `?`. */
  readonly query: string
  /** In the order in which they came; names in any letter case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The body's bytes; `undefined` if they are not at hand. */
  readonly body: Uint8Array | undefined
  /** Accepted tokens, newest first, at least one. */
  readonly tokens: readonly string[]
  /** The app that the receiver belongs to, if that is to be checked. */
  readonly sdkAppId: number | undefined
  /** The receiver's clock, epoch milliseconds. */
  readonly now: number
}

/** The Standard Webhooks headers, each with all its values. */
export function ownHeaders({ headers }: Pick<ReceivedRequest, 'headers'>): Record<string, string[]> {
  const own: Record<string, string[]> = {}
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (/^webhook-(?:id|timestamp|signature)$/.test(lower)) (own[lower] ??= []).push(value)
  }
  return own
}

/** The first value of a parameter of that very name. */
export function valueOf(query: string, name: string): string | undefined {
  return readQuery(query).find((parameter) => parameter.name === name)?.value
}
