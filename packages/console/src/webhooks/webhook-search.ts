// What the address of one webhook says: which of its parts is looked at.

export const webhookTabs = ['settings', 'token', 'test'] as const
export type WebhookTab = (typeof webhookTabs)[number]

export interface WebhookSearch {
  readonly tab?: WebhookTab
}

/** Reads the URL's parameters; what is none of ours is dropped. */
export function readWebhookSearch(search: Record<string, unknown>): WebhookSearch {
  const tab = webhookTabs.find((known) => known === search['tab'])
  return tab === undefined ? {} : { tab }
}
