// An installation without an admin key has no way to make another one.

import type { StoredKey } from '../port/access.ts'

/**
 * Says whether a key must stay.
 * @param admins how many admin keys there are
 * @param mayBeLastAdmin there is an admin key elsewhere, in the settings
 */
export function isLastAdmin(key: Pick<StoredKey, 'role'>, admins: number, mayBeLastAdmin: boolean): boolean {
  return key.role === 'admin' && admins === 1 && !mayBeLastAdmin
}
