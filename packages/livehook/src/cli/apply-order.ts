// In which order webhooks are changed: a before command is decided by one webhook of an app alone, so whoever is to get one waits
// for the one that has it to let go. Pure.

import type { Webhook } from '../http/contract.ts'
import type { WebhookStep } from './apply-plan.ts'

/** Two webhooks each wait for the other: one of them lets go of commands before anything else is changed. */
export interface Release {
  readonly webhookId: string
  /** What it keeps meanwhile. */
  readonly commands: readonly string[]
}

/**
 * Puts steps into an order that the service takes.
 * @param current the webhooks as they are now
 */
export function inOrder(
  steps: readonly WebhookStep[],
  current: readonly Webhook[],
): { readonly steps: readonly WebhookStep[]; readonly releases: readonly Release[] } {
  const now = new Map(current.map(({ webhookId, commands }) => [webhookId, commands]))
  const has = (step: WebhookStep): readonly string[] => now.get(step.webhookId ?? '') ?? []
  const gains = (step: WebhookStep): readonly string[] =>
    (step.body.commands ?? []).filter((word) => !word.endsWith('*') && !has(step).includes(word))
  const letsGo = (step: WebhookStep): readonly string[] =>
    has(step).filter((word) => step.body.commands !== undefined && !step.body.commands.includes(word))
  const blocks = (other: WebhookStep, step: WebhookStep): boolean =>
    other !== step && gains(step).some((word) => letsGo(other).includes(word))

  const [ordered, releases, waiting]: [WebhookStep[], Release[], WebhookStep[]] = [[], [], [...steps]]
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const free = waiting.find((step) => !waiting.some((other) => blocks(other, step)))
    const chosen = free ?? next
    if (free === undefined) {
      for (const other of waiting.filter((each) => blocks(each, chosen))) {
        const kept = has(other).filter((word) => !gains(chosen).includes(word))
        // A webhook names one command at least: where nothing would be left, the service says what is in the way.
        if (other.webhookId !== undefined && kept.length > 0) {
          releases.push({ webhookId: other.webhookId, commands: kept })
        }
      }
    }
    ordered.push(chosen)
    waiting.splice(waiting.indexOf(chosen), 1)
  }
  return { steps: ordered, releases }
}
