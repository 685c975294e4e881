// What an event is about, in one word: the room, group or account that tells twenty events of one command apart. Read from the
// body when someone looks, so that accepting an event costs nothing for it.

import { findCommand, naturalKeys, readEvent } from '@livehook/protocol/catalogue'

/** Larger bodies are not read for this: a list of two hundred must stay quick. */
export const maxSubjectBodyBytes = 16_384

/** Longer ones say no more to a person. */
const maxSubjectLength = 256

/**
 * The natural key of an event of the catalogue: `room:stage-42`, `conversation:amy/ben`.
 * @param body as it was handed in
 * @returns `undefined` if the command has none, or the body does not tell
 */
export function subjectOf(command: string, body: Uint8Array): string | undefined {
  const facts = findCommand(command)
  if (facts === undefined || body.byteLength > maxSubjectBodyBytes) return undefined
  const event = readEvent(command, body)
  if (event.kind !== 'event') return undefined
  const { order, identity } = naturalKeys(facts, event.body)
  const key = order ?? identity?.slice(command.length + 1)
  return key === undefined ? undefined : readable(key).slice(0, maxSubjectLength)
}

/** Keys are percent-encoded, so that they can be told apart; people read them as they are. */
function readable(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}
