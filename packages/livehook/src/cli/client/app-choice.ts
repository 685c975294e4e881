// Which app is meant, if the command line does not say: the one of the environment, or the only one there is.

import type { App, List } from '../../http/contract/contract.ts'
import type { ApiClient } from './api-client.ts'
import { CliError } from '../io.ts'

/** @throws CliError if there is none, or where there are several and none was named */
export async function chooseApp(client: ApiClient, named: string | undefined): Promise<number> {
  const chosen = named ?? client.sdkAppId
  if (chosen !== undefined) {
    if (/^[1-9]\d{0,9}$/.test(chosen)) return Number(chosen)
    const origin = named === undefined ? 'LIVEHOOK_SDK_APP_ID' : '--app'
    throw new CliError('usage', `${origin} takes an SdkAppId such as 1400000001, not ${chosen}.`)
  }
  const { items } = await client.get<List<App>>('/v1/apps?limit=200')
  const [first, second] = items
  if (first === undefined) throw new CliError('usage', 'The service has no app yet. POST /v1/apps creates one.')
  if (second !== undefined) {
    const known = items.map(({ sdkAppId, name }) => `${sdkAppId} (${name})`).join(', ')
    throw new CliError('usage', `The service has several apps; choose one with --app: ${known}.`)
  }
  return first.sdkAppId
}
