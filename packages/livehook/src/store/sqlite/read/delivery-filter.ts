// Filters as the port has them, in the numbers of the data file.

import { parseId } from '../../../domain/ids.ts'
import type { DeliveryFilter } from '../../port/deliveries.ts'
import { symptomCodes } from '../../shared/codes.ts'
import { commandOfFilter, webhookOfFilter } from '../../shared/delivery-filter.ts'
import type { NumberFilter } from './delivery-query.ts'
import type { RowContext } from '../rows/delivery-rows.ts'

/** @returns `undefined` if a word or id of the filter is nowhere in the data file: nothing can match */
export function numbersOf({ salt, words }: RowContext, filter: DeliveryFilter): NumberFilter | undefined {
  const named = webhookOfFilter(filter)
  if (named === 'nothing') return undefined
  const { webhookId } = named
  const webhook = webhookId === undefined ? undefined : parseId('wh', salt, webhookId)
  const command = filter.command === undefined ? undefined : commandsOf(words, filter.command)
  const detail = filter.detail === undefined ? undefined : words.numberOf(filter.detail)
  if (webhookId !== undefined && webhook === undefined) return undefined
  if (command?.length === 0) return undefined
  if (filter.detail !== undefined && detail === undefined) return undefined
  return {
    app: filter.sdkAppId,
    states: filter.states,
    webhook,
    command,
    symptom: filter.symptom === undefined ? undefined : symptomCodes[filter.symptom],
    detail,
    from: filter.from,
    to: filter.to,
    endedBy: undefined,
    text: filter.text && {
      bytes: new TextEncoder().encode(filter.text.text),
      webhooks: filter.text.webhookIds.flatMap((id) => parseId('wh', salt, id) ?? []),
    },
  }
}

/** The commands that a word or `Family.*` stands for; `*` stands for all and so filters nothing. */
export function commandsOf(words: RowContext['words'], command: string): readonly number[] | undefined {
  const wanted = commandOfFilter(command)
  if (wanted.kind === 'all') return undefined
  if (wanted.kind === 'family') return words.numbersOfFamily(wanted.word)
  const number = words.numberOf(wanted.word)
  return number === undefined ? [] : [number]
}
