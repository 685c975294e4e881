// Cursors of lists: opaque texts that say where a page ended, for which list and of which store.

import { hash } from 'node:crypto'
import { StoreError } from '../port/errors.ts'

const positionBytes = 6
const sealBytes = 8

/**
 * Writes a cursor.
 * @param list names the list: a cursor of another one, or of another store, is refused
 * @param position the number of the row after which the next page begins
 */
export function formatCursor(list: string, position: number): string {
  const bytes = Buffer.alloc(positionBytes + sealBytes)
  bytes.writeUIntBE(position, 0, positionBytes)
  seal(list, position).copy(bytes, positionBytes)
  return bytes.toString('base64url')
}

/**
 * Reads a cursor back.
 * @throws StoreError `invalid_cursor` if it is not one of ours or belongs to another list
 */
export function parseCursor(list: string, cursor: string): number {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length === positionBytes + sealBytes) {
    const position = bytes.readUIntBE(0, positionBytes)
    if (formatCursor(list, position) === cursor) return position
  }
  throw new StoreError('invalid_cursor', 'The cursor is not one that this list gave out. Start again without a cursor.')
}

/** Tells accidents (a cut text, a cursor of another list) from cursors; it keeps nothing secret. */
function seal(list: string, position: number): Buffer {
  return hash('sha256', `${list}:${position}`, 'buffer').subarray(0, sealBytes)
}
