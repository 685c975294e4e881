// Which deliveries are listed: the same five words in the URL, in the chips and in the filter box.
// Pure: text ↔ filter, and whether a delivery passes.

import type { Delivery } from 'livehook/contract'
import { isFilterSymptom, type FailureSymptom } from './symptoms.ts'

/** `waiting` is what a person means by it: to be sent, being sent, or to be retried. */
export const filterStates = ['succeeded', 'waiting', 'dead', 'cancelled'] as const
export type FilterState = (typeof filterStates)[number]

export interface DeliveryFilter {
  readonly state?: FilterState
  readonly symptom?: FailureSymptom
  readonly detail?: string
  readonly command?: string
  /** A webhook's id. */
  readonly webhook?: string
}

const members = ['state', 'symptom', 'detail', 'command', 'webhook'] as const

/** What was typed into the box, understood or with the first word that was not. */
export type ParsedFilter =
  | { readonly kind: 'filter'; readonly filter: DeliveryFilter }
  | { readonly kind: 'not_understood'; readonly word: string }

/**
 * Reads what was typed: `state:dead symptom:times_out detail:… command:Live.… webhook:wh_…`. Two kinds of bare words
 * are understood too, since they cannot be anything else: a command word (it has a dot) and a webhook's id.
 */
export function parseFilter(text: string): ParsedFilter {
  const filter: Partial<Record<keyof DeliveryFilter, string>> = {}
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const read = readFilter(Object.fromEntries([splitWord(word)]))
    if (isEmptyFilter(read)) return { kind: 'not_understood', word }
    Object.assign(filter, read)
  }
  return { kind: 'filter', filter: readFilter(filter) }
}

/** A word's member and value; what belongs to no member gets one that no filter has. */
function splitWord(word: string): [string, string] {
  const colon = word.indexOf(':')
  if (colon > 0) return [word.slice(0, colon).toLowerCase(), word.slice(colon + 1)]
  if (word.startsWith('wh_')) return ['webhook', word]
  return /^\w+\.\w+$/.test(word) ? ['command', word] : ['', word]
}

/** The filter as it stands in the box. */
export function formatFilter(filter: DeliveryFilter): string {
  return members.flatMap((member) => (filter[member] === undefined ? [] : [`${member}:${filter[member]}`])).join(' ')
}

/** Takes what is a filter out of anything, for instance the URL's parameters; the rest is dropped. */
export function readFilter(from: Readonly<Record<string, unknown>>): DeliveryFilter {
  const state = filterStates.find((known) => known === from['state'])
  const symptom = isFilterSymptom(from['symptom']) ? from['symptom'] : undefined
  const detail = readWord(from['detail'])
  const command = readWord(from['command'])
  const webhook = readWord(from['webhook'])
  return {
    ...(state === undefined ? {} : { state }),
    ...(symptom === undefined ? {} : { symptom }),
    ...(detail === undefined ? {} : { detail }),
    ...(command === undefined ? {} : { command }),
    ...(webhook === undefined ? {} : { webhook }),
  }
}

function readWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\s:]{1,128}$/.test(value) ? value : undefined
}

export function isEmptyFilter(filter: DeliveryFilter): boolean {
  return members.every((member) => filter[member] === undefined)
}

/** Whether a delivery belongs into the list, as it stands now. The same rule as the API's. */
export function passesFilter(filter: DeliveryFilter, delivery: Delivery): boolean {
  if (filter.state !== undefined && filterStateOf(delivery.state) !== filter.state) return false
  if (filter.symptom !== undefined && delivery.lastAttempt?.symptom !== filter.symptom) return false
  if (filter.detail !== undefined && delivery.lastAttempt?.detail !== filter.detail) return false
  if (filter.command !== undefined && delivery.command !== filter.command) return false
  return filter.webhook === undefined || delivery.webhookId === filter.webhook
}

function filterStateOf(state: Delivery['state']): FilterState {
  return state === 'pending' || state === 'claimed' ? 'waiting' : state
}
