// Which service a verb talks to: the one that the environment names, or, if nothing is changed, the `livehook dev` that
// this user runs on this machine.

import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import type { ApiClient } from './api-client.ts'
import { createApiClient } from './api-client.ts'
import type { DevTarget } from './dev-note.ts'
import { ownNotes, runningDevs } from './dev-note.ts'

/**
 * A client for a verb that reads or hands in events. A service that the environment does not name is told on stderr before
 * anything is sent to it.
 * @throws CliError `configuration` if there is none
 */
export function clientFromEnvironment(io: CliIo): ApiClient {
  const named = namedService(io)
  if (named !== undefined) return named
  const [running] = runningDevs(ownNotes(io.environment))
  if (running === undefined) {
    throw new CliError(
      'configuration',
      'Which service? Set LIVEHOOK_URL and LIVEHOOK_KEY, or start one in another terminal with `livehook dev`.',
    )
  }
  line(io.stderr, `Using the \`livehook dev\` at ${running.url}; LIVEHOOK_URL and LIVEHOOK_KEY name another service.`)
  return createApiClient(running)
}

/**
 * A client for a verb that changes a service: only one that the environment names.
 * @throws CliError `configuration` that says what to set
 */
export function clientForChanges(io: CliIo): ApiClient {
  const named = namedService(io)
  if (named !== undefined) return named
  const [running] = runningDevs(ownNotes(io.environment))
  const hint =
    running === undefined
      ? ''
      : ` For the \`livehook dev\` on this machine LIVEHOOK_URL=${running.url} is enough; its key is known here.`
  throw new CliError(
    'configuration',
    `Which service? This changes it, so it must be named: set LIVEHOOK_URL and LIVEHOOK_KEY.${hint}`,
  )
}

/** The service that the environment names; of a running `livehook dev` the URL is enough. */
function namedService(io: CliIo): ApiClient | undefined {
  const url = io.environment['LIVEHOOK_URL']
  const key = io.environment['LIVEHOOK_KEY'] ?? io.environment['LIVEHOOK_ADMIN_KEY']
  const sdkAppId = io.environment['LIVEHOOK_SDK_APP_ID']
  if (url === undefined && key === undefined) return undefined
  if (url === undefined) throw new CliError('configuration', 'LIVEHOOK_KEY is set, LIVEHOOK_URL is not: set both.')
  const target = key === undefined ? devAt(url, io) : { url, key }
  if (target !== undefined) return createApiClient({ ...target, sdkAppId })
  throw new CliError('configuration', 'LIVEHOOK_URL is set, LIVEHOOK_KEY is not: set both.')
}

function devAt(url: string, io: CliIo): DevTarget | undefined {
  const origin = (text: string): string => (URL.canParse(text) ? new URL(text).origin : text)
  return runningDevs(ownNotes(io.environment)).find((dev) => origin(dev.url) === origin(url))
}
