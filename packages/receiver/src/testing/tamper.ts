// Requests that a receiver must turn away, and one that it must not handle twice.

import type { EventWord } from '@livehook/protocol/commands'
import { bodyOf, request, signedRequest } from './request.ts'
import type { RequestOptions } from './request.ts'

type Make = (command: EventWord, options?: RequestOptions) => Promise<Request>

const shift =
  (seconds: number): Make =>
  (command, options = {}) =>
    request(command, { ...options, at: (options.at ?? Date.now()) + seconds * 1000 })

/** Each takes what `request` takes. */
export const tamper = {
  /** Signed 62 seconds ago: a request that was caught on the way and sent again. */
  late: shift(-62),
  /** Signed 62 seconds from now. */
  future: shift(62),
  /** Signed with a token that no one has. */
  wrongToken: (command, options = {}) => request(command, { ...options, token: 'no-such-token' }),
  /** For an app that is not this backend's, signed with its token. */
  foreignApp: (command, options = {}) => request(command, { ...options, sdkAppId: 1_499_999_999 }),
  /** The second half of the body is missing. */
  cut: async (command: EventWord, options: RequestOptions = {}): Promise<Request> => {
    const { url, headers } = await request(command, options)
    const body = bodyOf(command, options)
    return new Request(url, { method: 'POST', headers, body: body.slice(0, body.length / 2) })
  },
  /** Another body under the signature of the first. */
  changedBody: async (command: EventWord, options: RequestOptions = {}): Promise<Request> => {
    const { url, headers } = await request(command, options)
    return new Request(url, { method: 'POST', headers, body: ` ${bodyOf(command, options)}` })
  },
  /** The body says that it is another command's. */
  otherCommand: (command, options = {}) => {
    const body = bodyOf(command, { ...options, set: { ...options.set, CallbackCommand: 'Other.Command' } })
    return signedRequest(command, body, options)
  },
  /** The same event in two attempts, the second 30 seconds later. */
  twice: async (command: EventWord, options: RequestOptions = {}): Promise<readonly [Request, Request]> => {
    const { at = Date.now(), id = `evt_${crypto.randomUUID()}` } = options
    const first = await request(command, { ...options, id, at, attempt: 1 })
    return [first, await request(command, { ...options, id, at: at + 30_000, attempt: 2 })]
  },
} satisfies Record<
  string,
  Make | ((command: EventWord, options?: RequestOptions) => Promise<readonly [Request, Request]>)
>
