// Idempotency keys: the same key, app and body give the same event once for 24 hours.

import { hash } from 'node:crypto'

/** How long a key is remembered (24 hours), in milliseconds. */
export const keyRememberedMs = 86_400_000

/** 16 bytes: among 10^12 keys the chance that any two are taken for one is one in 10^14. */
export function idempotencyKeyHash(app: number, key: string): Uint8Array {
  return hash('sha256', `${app}:${key}`, 'buffer').subarray(0, 16)
}
