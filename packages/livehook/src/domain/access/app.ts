// The owner of webhooks and events, identified by its SdkAppId.

export interface App {
  /** Ten digits, from 1400000001 on; a whole number below 2^32. */
  readonly sdkAppId: number
  readonly name: string
  readonly createdAt: number
  /** Who may make the platform's configuration calls (`/v4/…`) for it. */
  readonly adminIdentifiers: readonly string[]
  /** What `set_callback` does if there is a configuration: take its place, or refuse (100300). */
  readonly setCallbackOverwrites: boolean
  /** Whether there is a secret key that a UserSig can be checked with. Apps of version 0.1.0 have none until one is made. */
  readonly secretKeySet: boolean
}

/** The platform's own default. */
export const defaultAdminIdentifiers: readonly string[] = ['administrator']
