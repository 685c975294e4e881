import type { Webhook } from 'livehook/contract'

/**
 * Which command words other webhooks of the app name. Only for *before* commands that matters: one webhook decides each.
 * @param except the webhook that is looked at
 */
export function decidersOf(webhooks: readonly Webhook[], except: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    webhooks
      .filter(({ webhookId }) => webhookId !== except)
      .flatMap(({ commands, name }) => commands.map((word): [string, string] => [word, name])),
  )
}
