// What the first clicks do. Only calls of the API: anyone who likes to can do the same from a terminal.

import type { App, CommandSummary, EventAccepted, Webhook } from 'livehook/contract'
import type { Api } from '../api/api.ts'
import { makeToken } from '../webhooks/token/make-token.ts'
import { builtInReceiverUrl } from './built-in-receiver.ts'

/**
 * Makes an app with a webhook that hears and decides everything, signed, to the receiver inside the service.
 * @param random fills bytes with chance that no one can guess
 */
export async function createDemoApp(
  api: Pick<Api, 'createApp' | 'createWebhook' | 'setToken' | 'listCommands'>,
  random: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<App> {
  const app = await api.createApp('demo')
  const catalogue = await api.listCommands(app.sdkAppId)
  const webhook = await api.createWebhook(app.sdkAppId, {
    name: 'built-in receiver',
    url: builtInReceiverUrl,
    commands: ['*', ...catalogue.filter(isAsked).map(({ command }) => command)],
  })
  await api.setToken(webhook, makeToken(random))
  return app
}

function isAsked({ phase, configOnly }: CommandSummary): boolean {
  return phase === 'before' && !configOnly
}

/** Harmless, and every live platform has it. */
const usualCommand = 'Live.CallbackAfterCreateRoom'

/**
 * Sends the sample of a command that someone wants.
 * @returns what the service says; `undefined` if no webhook wants an *after* command
 */
export async function sendFirstEvent(
  api: Pick<Api, 'sendEvent' | 'listCommands' | 'getCommand'>,
  sdkAppId: number,
  webhooks: readonly Webhook[],
): Promise<EventAccepted | undefined> {
  const patterns = webhooks.filter(({ enabled }) => enabled).flatMap(({ commands }) => commands)
  const wanted = (await api.listCommands(sdkAppId)).filter(
    (command) => command.phase === 'after' && isWanted(patterns, command),
  )
  const chosen = wanted.find(({ command }) => command === usualCommand) ?? wanted[0]
  if (chosen === undefined) return undefined
  const { sample } = await api.getCommand(sdkAppId, chosen.command)
  const body = JSON.stringify(sample ?? {}, undefined, 2)
  return await api.sendEvent(sdkAppId, { command: chosen.command, body, clientIp: '', optPlatform: '' })
}

function isWanted(patterns: readonly string[], { command, family }: CommandSummary): boolean {
  return patterns.some((pattern) => pattern === '*' || pattern === command || pattern === `${family}.*`)
}
