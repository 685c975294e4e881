// Next.js, a route handler of the app router: `app/hook/route.ts`.

import { createReceiver as createPortable } from '../create.ts'
import type { ReceiverOptions } from '../options.ts'
import type { Receiver } from '../receiver.ts'

export { allow, deny, drop } from '../handlers/decision.ts'

/** A route handler of Next.js. */
export type NextHandler = (request: Request) => Promise<Response>

export interface NextReceiver extends Receiver {
  /** The route handler: `export const POST = receiver.next()`. */
  next(): NextHandler
}

/** `createReceiver` of `@livehook/receiver` with a route handler for Next.js. */
export function createReceiver(options: ReceiverOptions): NextReceiver {
  const receiver = createPortable(options)
  return Object.assign(receiver, { next: () => nextHandler(receiver) })
}

export function nextHandler(receiver: Pick<Receiver, 'fetch'>): NextHandler {
  // The second argument of a route handler is no context of a worker: it is not handed on.
  return (request) => receiver.fetch(request)
}
