// Five webhooks that fail, each for a reason of its own, so that every row of the failure table can be seen.

import type { Webhook } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'

export interface FailingPlaces {
  readonly sdkAppId: number
  /** Of the receiver that answers 503, and HTML under /html. */
  readonly wrongPort: number
  readonly closedPort: number
  /** A name that resolves to a private address. */
  readonly privateName: string
}

export async function createFailingWebhooks(client: ApiClient, places: FailingPlaces): Promise<void> {
  const wrong = `http://127.0.0.1:${places.wrongPort}`
  const failing = [
    { name: 'a name that does not exist', url: 'http://notexist.invalid/hook' },
    { name: 'a private address', url: `http://${places.privateName}/hook` },
    { name: 'a closed port', url: `http://127.0.0.1:${places.closedPort}/hook` },
    { name: 'answers 503', url: `${wrong}/hook` },
    { name: 'answers HTML', url: `${wrong}/html` },
  ]
  for (const { name, url } of failing) {
    await client.post<Webhook>(`/v1/apps/${places.sdkAppId}/webhooks`, {
      name,
      url,
      // One command only, and few retries, so that failures do not drown the feed.
      commands: ['Live.CallbackAfterCreateRoom'],
      retry: [30, 120],
    })
  }
}
