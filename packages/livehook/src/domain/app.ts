// The owner of webhooks and events, identified by its SdkAppId.

export interface App {
  /** Ten digits, from 1400000001 on; a whole number below 2^32. */
  readonly sdkAppId: number
  readonly name: string
  readonly createdAt: number
}
