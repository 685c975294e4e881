// When the body of an event is a burden: no delivery needs it, and no webhook wants it kept.

import type { KeepBodies } from '../../domain/webhook/webhook.ts'
import { stateCodes } from './codes.ts'

/**
 * Says whether a delivery is a reason to keep its event's body.
 * @param webhook the delivery's; `undefined` if it is gone, which wants nothing
 * @param state the code of the delivery's state
 */
export function keepsBody(webhook: { readonly keepBodies: KeepBodies } | undefined, state: number): boolean {
  if (state === stateCodes.pending || state === stateCodes.claimed) return true
  if (webhook === undefined || webhook.keepBodies === 'never') return false
  return webhook.keepBodies === 'always' || state !== stateCodes.succeeded
}
