// What is checked before anything is changed: command words, against the catalogue and the app's own commands; and what the service
// itself would refuse, such as a URL that may not be dialled.

import { commandFamilies, findCommand, listCommands } from '@livehook/protocol/catalogue'
import { nearest } from '../../config/nearest.ts'
import type { Path } from './problems.ts'
import type { WebhookCheck } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { AppPlan, CurrentApp } from './plan.ts'
import type { AppEntry } from './schema.ts'
import { CliError } from '../io.ts'

/**
 * @param current what the service has; its own commands count too
 * @throws CliError `configuration` with every word that is no command
 */
export function requireKnownWords(entry: AppEntry, current: CurrentApp | undefined, at: (path: Path) => string): void {
  const customs = [...(entry.commands ?? []), ...(current?.commands ?? [])].map(({ command }) => command)
  const families = [...commandFamilies(), ...customs.map((word) => word.slice(0, word.indexOf('.')))]
  const isKnown = (word: string): boolean =>
    word === '*' ||
    customs.includes(word) ||
    findCommand(word) !== undefined ||
    (word.endsWith('.*') && families.includes(word.slice(0, -2)))
  const problems: string[] = []
  const check = (word: string, path: Path): void => {
    if (isKnown(word)) return
    const known = [...listCommands().map(({ command }) => command), ...customs, ...families.map((name) => `${name}.*`)]
    const meant = nearest(word, known)
    const hint = meant === undefined ? ' `livehook commands` lists them.' : ` Did you mean ${meant}?`
    problems.push(`${at(path)}: there is no command ${JSON.stringify(word)}.${hint}`)
  }
  for (const [index, webhook] of (entry.webhooks ?? []).entries()) {
    for (const [place, word] of webhook.commands.entries()) check(word, ['webhooks', index, 'commands', place])
    for (const word of Object.keys(webhook.failurePolicy ?? {})) check(word, ['webhooks', index, 'failurePolicy', word])
  }
  if (problems.length > 0) throw new CliError('configuration', problems.join('\n'))
}

/** What the order of steps takes care of, and what `requireKnownWords` has seen. */
const checkedElsewhere = new Set(['command_taken', 'unknown_command'])

/**
 * Asks the service what it would refuse. Of an app that does not exist yet nothing can be asked.
 * @throws CliError `configuration` with the places in the file
 */
export async function requireAccepted(
  client: ApiClient,
  { sdkAppId, steps }: AppPlan,
  { entry, at }: { readonly entry: AppEntry; readonly at: (path: Path) => string },
): Promise<void> {
  if (sdkAppId === undefined) return
  const refused: string[] = []
  for (const step of steps) {
    if (step.kind !== 'webhook' || step.action === 'delete' || Object.keys(step.body).length === 0) continue
    const { webhookId } = step
    const body = { ...step.body, ...(webhookId === undefined ? {} : { webhookId }) }
    const { problems } = await client.post<WebhookCheck>(`/v1/apps/${sdkAppId}/webhooks/check`, body)
    const index = (entry.webhooks ?? []).findIndex(({ name }) => name === step.name)
    for (const { code, pointer, detail } of problems) {
      const path = pointer.split('/').slice(1)
      if (!checkedElsewhere.has(code)) refused.push(`${at(['webhooks', index, ...path])}: ${detail}`)
    }
  }
  if (refused.length > 0) throw new CliError('configuration', refused.join('\n'))
}
