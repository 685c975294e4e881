// The file of `livehook apply`: apps with their webhooks and commands, as the HTTP API takes them, with secrets by reference.

import { Type } from 'typebox'
import { NewApp, NewCustomCommand, NewWebhook, quotaMembers, SdkAppId } from '../../http/contract/contract.ts'

const closed = { additionalProperties: false } as const

const FromEnvironment = Type.Object(
  { env: Type.String({ minLength: 1, maxLength: 256, description: 'Name of an environment variable of `apply`.' }) },
  closed,
)
const FromFile = Type.Object(
  { file: Type.String({ minLength: 1, maxLength: 4096, description: 'A path, from where this file is.' }) },
  closed,
)

/** Where a secret is; never the secret itself. */
const SecretSource = Type.Union([FromEnvironment, FromFile])
export type SecretSource = Type.Static<typeof SecretSource>

const Text = Type.Union([Type.String({ minLength: 1 }), FromFile, Type.Null()])

const { tls: _tls, name: _name, ...webhookMembers } = NewWebhook.properties

const WebhookEntry = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128, description: 'What the webhook is known by.' }),
    ...webhookMembers,
    tls: Type.Optional(
      Type.Union([
        Type.Object(
          {
            ca: Type.Optional(Text),
            certificate: Type.Optional(Text),
            privateKeyFrom: Type.Optional(SecretSource),
          },
          closed,
        ),
        Type.Null(),
      ]),
    ),
    tokenFrom: Type.Optional(
      Type.Union([FromEnvironment, FromFile, Type.Null()], {
        description: 'Where the token is. Left out it stays as it is; null takes it away.',
      }),
    ),
  },
  closed,
)
export type WebhookEntry = Type.Static<typeof WebhookEntry>

const AppEntry = Type.Object(
  {
    sdkAppId: Type.Optional(SdkAppId),
    ...NewApp.properties,
    eventsPerSecond: Type.Optional(quotaMembers.eventsPerSecond),
    asksPerSecond: Type.Optional(quotaMembers.asksPerSecond),
    commands: Type.Optional(
      Type.Array(NewCustomCommand, { maxItems: 1000, description: 'Commands of the app’s own.' }),
    ),
    webhooks: Type.Optional(Type.Array(WebhookEntry, { maxItems: 1000 })),
  },
  closed,
)
export type AppEntry = Type.Static<typeof AppEntry>

export const ConfigurationFile = Type.Object(
  { version: Type.Literal(1), apps: Type.Array(AppEntry, { maxItems: 1000 }) },
  { ...closed, title: 'livehook.yaml', description: 'What `livehook apply` makes true.' },
)
export type ConfigurationFile = Type.Static<typeof ConfigurationFile>
