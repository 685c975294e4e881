// Hono, in every runtime that it runs in.

import { createReceiver as createPortable } from '../create.ts'
import type { ReceiverOptions } from '../options.ts'
import type { Receiver } from '../receiver.ts'
import type { FetchContext } from '../run/web.ts'

export { allow, deny, drop } from '../handlers/decision.ts'

interface HonoContext {
  readonly req: { readonly raw: Request }
  readonly executionCtx: FetchContext
}

/** A handler of Hono. */
export type HonoHandler = (context: HonoContext) => Promise<Response>

export interface HonoReceiver extends Receiver {
  /** The handler: `app.post('/hook', receiver.hono())`. */
  hono(): HonoHandler
}

/** `createReceiver` of `@livehook/receiver` with a handler for Hono. */
export function createReceiver(options: ReceiverOptions): HonoReceiver {
  const receiver = createPortable(options)
  return Object.assign(receiver, { hono: () => honoHandler(receiver) })
}

export function honoHandler(receiver: Pick<Receiver, 'fetch'>): HonoHandler {
  return (context) => receiver.fetch(context.req.raw, executionContext(context))
}

function executionContext(context: HonoContext): FetchContext | undefined {
  try {
    return context.executionCtx
  } catch {
    // Hono throws if the runtime has none, as in Node.
    return undefined
  }
}
