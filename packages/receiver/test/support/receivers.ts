// A receiver that shows what happens in it.

import type { Receiver, ReceiverEvent, ReceiverOptions } from '../../src/index.ts'
import { createReceiver } from '../../src/index.ts'

export const token = 'test-token'
export const sdkAppId = 1_400_000_001

export interface Watched {
  readonly receiver: Receiver
  readonly events: ReceiverEvent[]
  readonly lines: string[]
}

export function watched(options: Partial<ReceiverOptions> = {}): Watched {
  const events: ReceiverEvent[] = []
  const lines: string[] = []
  const receiver = createReceiver({
    apps: { [sdkAppId]: { tokens: [token] } },
    observe: (event) => void events.push(event),
    log: (line) => void lines.push(line),
    ...options,
  } as ReceiverOptions)
  return { receiver, events, lines }
}

/** A promise, and what settles it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
