// What the address of the keys says: whether one is being made, and which one is about to be revoked.

import { readWord } from '../feed/filter-text.ts'

export interface KeysSearch {
  readonly make?: 'key'
  /** The id of a key. */
  readonly revoke?: string
}

export function readKeysSearch(search: Record<string, unknown>): KeysSearch {
  const revoke = readWord(search['revoke'])
  if (search['make'] === 'key') return { make: 'key' }
  return revoke === undefined ? {} : { revoke }
}
