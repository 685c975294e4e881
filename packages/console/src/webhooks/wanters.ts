import type { CommandSummary, Webhook } from 'livehook/contract'

/** The webhooks of an app that get a command: by its word, and an *after* command by a pattern too. */
export function wantersOf(
  webhooks: readonly Webhook[],
  { command, family, phase }: Pick<CommandSummary, 'command' | 'family' | 'phase'>,
): readonly Webhook[] {
  return webhooks.filter(({ commands }) =>
    commands.some(
      (pattern) => pattern === command || (phase === 'after' && (pattern === '*' || pattern === `${family}.*`)),
    ),
  )
}
