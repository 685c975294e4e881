// Handing an event to the service, as `trigger`, `ask` and `send` do.

import type { EventAccepted } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import type { EventOptions } from '../input/options.ts'

interface PostedEvent {
  readonly command: string
  readonly sdkAppId: number
  readonly body: Uint8Array
  readonly options: Pick<EventOptions, 'clientIp' | 'platform'> & { readonly deadlineMs?: string }
}

/** Posts one event, or asks about one, as the command line was told to. */
export async function postEvent<Answer>(
  client: ApiClient,
  kind: 'events' | 'asks',
  { command, sdkAppId, body, options }: PostedEvent,
): Promise<Answer> {
  const query = new URLSearchParams({ command })
  if (options.clientIp !== undefined) query.set('clientIp', options.clientIp)
  if (options.platform !== undefined) query.set('optPlatform', options.platform)
  if (options.deadlineMs !== undefined) query.set('deadlineMs', options.deadlineMs)
  return client.postBytes<Answer>(`/v1/apps/${sdkAppId}/${kind}?${query.toString()}`, body)
}

export function showAccepted(accepted: EventAccepted, show: { readonly io: CliIo; readonly json: boolean }): void {
  if (show.json) {
    line(show.io.stdout, JSON.stringify(accepted))
    return
  }
  const count = accepted.deliveries.length
  line(
    show.io.stdout,
    count === 0
      ? `${accepted.eventId} is kept; no webhook is subscribed to it.`
      : `${accepted.eventId} is kept and goes to ${count} webhook${count === 1 ? '' : 's'}: ${accepted.deliveries.join(', ')}`,
  )
}
