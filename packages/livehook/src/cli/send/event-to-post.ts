// An event that is to go through the service: whose it is, its body, and whether it is asked first.

import { commandFamilies, findCommand } from '@livehook/protocol/catalogue'
import type { AppCommandDetail } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import type { CliIo } from '../io.ts'
import type { BodyOptions, Sample } from './sample-body.ts'
import { bodyFor } from './sample-body.ts'

export interface EventToPost {
  readonly client: ApiClient
  readonly sdkAppId: number
  readonly body: Uint8Array
  /** Whether it is a before event. */
  readonly isAsked: boolean
}

/**
 * What a command of the catalogue is, is known here, so that a mistake is said whether there is a service or not. What one of the
 * app's own is, only the service knows.
 * @throws CliError `usage` for a command that does not exist, or a body that cannot be made
 */
export async function eventToPost(
  command: string,
  options: BodyOptions & { readonly app?: string },
  io: CliIo,
): Promise<EventToPost> {
  if (!isOfOwnFamily(command)) {
    const body = await bodyFor(command, { options, io })
    const client = clientFromEnvironment(io)
    const sdkAppId = await chooseApp(client, options.app)
    return { client, sdkAppId, body, isAsked: findCommand(command)?.reply !== undefined }
  }
  const client = clientFromEnvironment(io)
  const sdkAppId = await chooseApp(client, options.app)
  const path = `/v1/apps/${sdkAppId}/commands/${encodeURIComponent(command)}`
  const { phase, sample } = await client.get<AppCommandDetail>(path)
  const body = await bodyFor(command, { options, io, sample: withoutTime(sample) })
  return { client, sdkAppId, body, isAsked: phase === 'before' }
}

/** A family that the catalogue does not have: there an app's own commands are. */
function isOfOwnFamily(command: string): boolean {
  const family = command.slice(0, Math.max(0, command.indexOf('.')))
  return family !== '' && !commandFamilies().includes(family)
}

function withoutTime(sample: Sample | null): Sample | undefined {
  if (sample === null) return undefined
  const { EventTime: _old, ...members } = sample
  return members
}
