// At most one webhook of an app decides a *before* command: two who may both say no would need a third who decides between them.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { CustomCommands } from './custom-commands.ts'
import { commandOf } from './custom-commands.ts'
import type { WebhookRegistry } from './webhook-registry.ts'

export interface Registration {
  readonly sdkAppId: number
  readonly commands: readonly string[]
  /** The webhook that is changed; `undefined` for a new one. */
  readonly webhookId: string | undefined
}

/**
 * Checks that no other webhook of the app names one of these *before* commands, whether it is enabled or not: to switch it on
 * again must never fail.
 * @throws ServiceError `command_taken`
 */
export function requireFree(
  {
    registry,
    customs,
  }: { readonly registry: Pick<WebhookRegistry, 'decider'>; readonly customs: Pick<CustomCommands, 'get'> },
  registration: Registration,
): void {
  const { sdkAppId, commands, webhookId } = registration
  for (const [index, word] of commands.entries()) {
    if (!isDecided(customs, sdkAppId, word)) continue
    const decider = registry.decider(sdkAppId, word)?.webhook
    if (decider === undefined || decider.webhookId === webhookId) continue
    const detail = `${word} is decided by webhook ${decider.webhookId} (${decider.name}). Take it from there first, or leave it out here.`
    throw new ServiceError('command_taken', detail, { errors: [{ pointer: `/commands/${index}`, detail }] })
  }
}

/** The words among a webhook's commands that only one webhook of the app may have: the store holds it in the same commit. */
export function decidedWords(
  customs: Pick<CustomCommands, 'get'>,
  sdkAppId: number,
  commands: readonly string[],
): readonly string[] {
  return commands.filter((word) => isDecided(customs, sdkAppId, word))
}

/** A switch decides nothing: each webhook may have it. */
function isDecided(customs: Pick<CustomCommands, 'get'>, sdkAppId: number, word: string): boolean {
  return commandOf(customs, sdkAppId, word)?.reply !== undefined
}
