// The owner of webhooks and events, identified by its SdkAppId.

export interface App {
  /** Ten digits, from 1400000001 on; a whole number below 2^32. */
  readonly sdkAppId: number
  readonly name: string
  readonly createdAt: number
}

/** The first SdkAppId that a service gives out. */
export const firstSdkAppId = 1_400_000_001

/** The largest: ids are 32-bit on the public platform. */
export const lastSdkAppId = 4_294_967_295
