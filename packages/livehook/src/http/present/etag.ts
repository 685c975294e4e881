// Which state of a webhook someone has seen, so that two who change it at once do not undo each other unseen.

import { hash } from 'node:crypto'
import type { Webhook } from '../contract/contract.ts'

/** The tag of a webhook's settings; how it fares is no part of them. Made of what the API shows, so it tells nothing secret. */
export function etagOf({ health: _health, ...settings }: Webhook): string {
  return `"${hash('sha256', JSON.stringify(settings), 'base64url').slice(0, 22)}"`
}

/**
 * Whether what the caller has seen is still so.
 * @param ifMatch the header of the request; without one nothing is asked
 */
export function matches(ifMatch: string | undefined, etag: string): boolean {
  if (ifMatch === undefined) return true
  return ifMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag)
}
