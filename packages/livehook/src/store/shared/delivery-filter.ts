// What filters of lists mean.

import type { DeliveryFilter } from '../port/deliveries.ts'

/** The webhook that a filter names, by its own member or as the id; `nothing` if it names two: no delivery has both. */
export function webhookOfFilter({
  id,
  webhookId,
}: Pick<DeliveryFilter, 'id' | 'webhookId'>): { readonly webhookId: string | undefined } | 'nothing' {
  if (id?.startsWith('wh_') !== true) return { webhookId }
  return webhookId === undefined || webhookId === id ? { webhookId: id } : 'nothing'
}

/** What a filter's command stands for: every command (`*`), a family (`Family.*`), or one. */
export function commandOfFilter(
  command: string,
): { readonly kind: 'all' } | { readonly kind: 'family' | 'command'; readonly word: string } {
  if (command === '*') return { kind: 'all' }
  const [family] = /^[^.]+(?=\.\*$)/.exec(command) ?? []
  return family === undefined ? { kind: 'command', word: command } : { kind: 'family', word: family }
}
