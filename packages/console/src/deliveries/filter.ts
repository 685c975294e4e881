// Which deliveries are listed: the same words in the URL, in the chips and in the filter box.
// Pure: text ↔ filter, and whether a delivery passes.

import type { Delivery } from 'livehook/contract'
import { isCommandOf, readFreeText, readWord, type FilterGrammar } from '../feed/filter-text.ts'
import { isInRange, readTimeRange, type TimeRange } from '../feed/time-range.ts'
import { isFilterSymptom, type FailureSymptom } from './symptoms.ts'

/** `pending` as a person means it: to be sent, being sent (the API's `claimed`), or to be retried. */
export const filterStates = ['succeeded', 'pending', 'dead', 'cancelled'] as const
export type FilterState = (typeof filterStates)[number]

export interface DeliveryFilter extends TimeRange {
  readonly state?: FilterState
  readonly symptom?: FailureSymptom
  readonly detail?: string
  /** A command word, or `Family.*`. */
  readonly command?: string
  /** A webhook's id. */
  readonly webhook?: string
  /** The id of one event or delivery. */
  readonly id?: string
  /** What stands in the body, or in a webhook's name: a room, an account, words of a message. */
  readonly text?: string
}

export const deliveryGrammar: FilterGrammar<DeliveryFilter> = {
  members: ['state', 'symptom', 'detail', 'command', 'webhook', 'id', 'since', 'from', 'to', 'text'],
  freeMember: 'text',
  memberOf: (bareWord) => {
    if (bareWord.startsWith('wh_')) return 'webhook'
    if (/^(evt|dlv)_/.test(bareWord)) return 'id'
    return /^\w+\.(\w+|\*)$/.test(bareWord) ? 'command' : undefined
  },
  read: readFilter,
}

/** Takes what is a filter out of anything, for instance the URL's parameters; the rest is dropped. */
export function readFilter(from: Readonly<Record<string, unknown>>): DeliveryFilter {
  // The API's word, and the one that older addresses have.
  const word = from['state'] === 'claimed' || from['state'] === 'waiting' ? 'pending' : from['state']
  const state = filterStates.find((known) => known === word)
  const symptom = isFilterSymptom(from['symptom']) ? from['symptom'] : undefined
  const detail = readWord(from['detail'])
  const command = readWord(from['command'])
  const webhook = readWord(from['webhook'])
  const id = readWord(from['id'])
  const text = readFreeText(from['text'])
  return {
    ...(state === undefined ? {} : { state }),
    ...(symptom === undefined ? {} : { symptom }),
    ...(detail === undefined ? {} : { detail }),
    ...(command === undefined ? {} : { command }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(id === undefined ? {} : { id }),
    ...(text === undefined ? {} : { text }),
    ...readTimeRange(from),
  }
}

/** Whether a delivery belongs into the list, as it stands now. The same rule as the API's. */
export function passesFilter(filter: DeliveryFilter, delivery: Delivery): boolean {
  const { state, symptom, detail, command, webhook, id, text } = filter
  if (state !== undefined && filterStateOf(delivery.state) !== state) return false
  if (symptom !== undefined && delivery.lastAttempt?.symptom !== symptom) return false
  if (detail !== undefined && delivery.lastAttempt?.detail !== detail) return false
  if (command !== undefined && !isCommandOf(delivery.command, command)) return false
  if (webhook !== undefined && delivery.webhookId !== webhook) return false
  if (id !== undefined && delivery.deliveryId !== id && delivery.eventId !== id) return false
  // What a body says is known to the service alone; of what arrives, the subject is all that can be looked at here.
  if (text !== undefined && delivery.subject?.includes(text) !== true) return false
  return isInRange(filter, delivery.createdAt)
}

function filterStateOf(state: Delivery['state']): FilterState {
  return state === 'claimed' ? 'pending' : state
}
