// Who is told what happens: the app's observer and the log. Neither can hurt the request.

import type { Observe } from './observe.ts'

export function createTeller(listeners: readonly Observe[]): Observe {
  return (event) => {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch {
        // An observer's mistake is not the platform's, and there is nobody else to tell.
      }
    }
  }
}
