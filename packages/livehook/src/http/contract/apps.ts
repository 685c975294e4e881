// The contract of apps.

import { Type } from 'typebox'
import { closed, Instant, SdkAppId } from './basics.ts'
import { quotaMembers } from './keys.ts'

const appMembers = {
  name: Type.String({ minLength: 1, maxLength: 128 }),
  adminIdentifiers: Type.Array(Type.String({ pattern: '^[\\x21-\\x7e]{1,32}$' }), {
    maxItems: 32,
    description: 'Who may make the configuration calls of `/v4/…` for the app: identifiers of its admin accounts.',
    examples: [['administrator']],
  }),
  setCallbackOverwrites: Type.Boolean({
    description: 'What `set_callback` does if there is a configuration: take its place, or answer 100300.',
  }),
}

export const App = Type.Object({
  sdkAppId: SdkAppId,
  ...appMembers,
  secretKeySet: Type.Boolean({ description: 'Whether there is a secret key that a UserSig can be made with.' }),
  ...quotaMembers,
  createdAt: Instant,
})
export type App = Type.Static<typeof App>

export const NewApp = Type.Object(
  {
    name: appMembers.name,
    adminIdentifiers: Type.Optional(appMembers.adminIdentifiers),
    setCallbackOverwrites: Type.Optional(appMembers.setCallbackOverwrites),
  },
  closed,
)
export type NewApp = Type.Static<typeof NewApp>

/** Only an admin key may change quotas. */
export const AppPatch = Type.Partial(Type.Object({ ...appMembers, ...quotaMembers }, closed), closed)
export type AppPatch = Type.Static<typeof AppPatch>

/** The key is shown this once. */
export const AppSecretKey = Type.Object({
  secretKey: Type.String({ description: 'With which UserSigs of the app are made. It is never shown again.' }),
})
export type AppSecretKey = Type.Static<typeof AppSecretKey>

export const CreatedApp = Type.Object({ ...App.properties, ...AppSecretKey.properties })
export type CreatedApp = Type.Static<typeof CreatedApp>
