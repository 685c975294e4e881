// Ids of events: their numbers are shuffled, so that no receiver can guess the id of an event that it did not get.

import type { DatabaseSync } from 'node:sqlite'
import { createShuffle, formatId, parseId } from '../../../domain/ids.ts'

export interface EventIds {
  /** @param event the number of the event's row */
  format(event: number): string
  /** @returns the number of the event's row; `undefined` if the text is no id of an event of this store */
  parse(eventId: string): number | undefined
  /** The number as it stands in the id, for the border between the threads. */
  shuffled(event: number): number
}

/** Reads what the data file shuffles with. */
export function createEventIds(db: DatabaseSync, salt: string): EventIds {
  const select = db.prepare('SELECT value FROM meta WHERE name = ?')
  const secret = select.get('event_id_secret')?.['value']
  if (typeof secret !== 'string') throw new Error('The data file has no secret for the ids of events.')
  const { there, back } = createShuffle({ secret, from: Number(select.get('event_ids_plain_below')?.['value']) })
  return {
    format: (event) => formatId('evt', salt, there(event)),
    parse(eventId) {
      const number = parseId('evt', salt, eventId)
      return number === undefined ? undefined : back(number)
    },
    shuffled: there,
  }
}
