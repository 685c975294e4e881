// livehook export: a service's apps, webhooks and commands as a file for `livehook apply`. Nothing secret is in it: tokens and
// private keys are named on standard error, so that someone puts references to them in.

import { stringify } from 'yaml'
import { isDeepStrictEqual } from 'node:util'
import type { App, Webhook } from '../../http/contract/contract.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import { requireOneName } from './apply.ts'
import { loadApp, loadApps } from './current.ts'
import { appDefaults, webhookFileDefaults } from './plan.ts'
import type { CurrentApp } from './plan.ts'
import type { AppEntry, WebhookEntry } from './schema.ts'
import { ConfigurationFile } from './schema.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'

export interface ExportOptions {
  /** SdkAppIds; all apps if none is named. */
  readonly app?: readonly string[]
  readonly json?: true
  readonly schema?: true
}

export async function exportConfiguration(options: ExportOptions, io: CliIo): Promise<void> {
  if (options.schema === true) {
    // The dialect that editors know; nothing newer is used.
    const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...ConfigurationFile }
    line(io.stdout, JSON.stringify(schema, null, 2))
    return
  }
  const client = clientFromEnvironment(io)
  const all = await loadApps(client)
  const chosen = chooseApps(all, options.app)
  const apps: AppEntry[] = []
  for (const app of chosen) {
    const current = await loadApp(client, app)
    requireOneName(current)
    for (const secret of secretsOf(current)) line(io.stderr, `livehook: ${secret}`)
    const isAmbiguous = all.some(({ name, sdkAppId }) => name === app.name && sdkAppId !== app.sdkAppId)
    apps.push(entryOf(current, isAmbiguous))
  }
  const file: ConfigurationFile = { version: 1, apps }
  if (options.json === true) line(io.stdout, JSON.stringify(file))
  else io.stdout.write(stringify(file, { lineWidth: 0 }))
}

function chooseApps(all: readonly App[], named: readonly string[] | undefined): readonly App[] {
  if (named === undefined) return all
  return named.map((text) => {
    const app = all.find(({ sdkAppId }) => String(sdkAppId) === text)
    if (app === undefined) throw new CliError('usage', `The service has no app ${text} that this key may see.`)
    return app
  })
}

/** @param isAmbiguous another app has the same name, so the number says which one is meant */
function entryOf({ app, webhooks, commands }: CurrentApp, isAmbiguous: boolean): AppEntry {
  const { sdkAppId, name, adminIdentifiers, setCallbackOverwrites, eventsPerSecond, asksPerSecond } = app
  return {
    ...(isAmbiguous ? { sdkAppId } : {}),
    name,
    ...unlike(appDefaults, { adminIdentifiers, setCallbackOverwrites }),
    ...unlike({ eventsPerSecond: null, asksPerSecond: null }, { eventsPerSecond, asksPerSecond }),
    ...(commands.length === 0 ? {} : { commands: [...commands] }),
    webhooks: webhooks.map(webhookEntryOf),
  }
}

function webhookEntryOf(webhook: Webhook): WebhookEntry {
  const { name, url, commands, enabled, paused, health, tls, ...rest } = webhook
  const settings = Object.fromEntries(Object.entries(rest).filter(([member]) => member in webhookFileDefaults))
  return {
    name,
    url,
    commands,
    // What the service switched off by itself is no wish of anybody's.
    ...(enabled || health.disabledReason !== null ? {} : { enabled }),
    ...(paused ? { paused } : {}),
    ...unlike(webhookFileDefaults, settings),
    ...(tls === null ? {} : { tls: { ca: tls.ca, certificate: tls.certificate } }),
  }
}

/** The members that are not what they are where no one says anything. */
function unlike(defaults: object, members: object): object {
  const known = new Map<string, unknown>(Object.entries(defaults))
  return Object.fromEntries(
    Object.entries(members).filter(([name, value]) => !isDeepStrictEqual(known.get(name), value)),
  )
}

function secretsOf({ app, webhooks }: CurrentApp): readonly string[] {
  return webhooks.flatMap(({ name, tokenSet, tls }) => [
    ...(tokenSet
      ? [`webhook ${name} of app ${app.name} has a token, which is not exported: name it with tokenFrom.`]
      : []),
    ...(tls?.certificate
      ? [
          `webhook ${name} of app ${app.name} has a private key, which is not exported: name it with tls.privateKeyFrom.`,
        ]
      : []),
  ])
}
