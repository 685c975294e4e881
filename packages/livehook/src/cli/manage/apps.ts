// livehook apps ls|get|create|set.

import type { App, AppPatch, CreatedApp } from '../../http/contract/contract.ts'
import { clientForChanges, clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import { printLines } from '../terminal/lines.ts'
import { requireYes } from '../terminal/terminal-question.ts'
import type { ListingOptions } from '../look/listing.ts'
import { factLines, readPages, showListing } from '../look/listing.ts'
import { readMembers } from './members.ts'

const mostListed = 10_000

export async function listApps(options: ListingOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  await showListing<App>(
    {
      head: ['SDKAPPID', 'NAME', 'CREATED'],
      fit: ['whole', 'cut', 'whole'],
      row: ({ sdkAppId, name, createdAt }, { time }) => [String(sdkAppId), name, time(createdAt)],
      read: () => readPages<App>(client, '/v1/apps', { query: new URLSearchParams(), limit: mostListed }),
      empty: 'There is no app yet: livehook apps create <name>',
    },
    options,
    io,
  )
}

export async function showApp(sdkAppId: string | undefined, options: ListingOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  show(await client.get<App>(`/v1/apps/${await chooseApp(client, sdkAppId)}`), options, io)
}

export async function createApp(name: string, options: ListingOptions, io: CliIo): Promise<void> {
  const app = await clientForChanges(io).post<CreatedApp>('/v1/apps', { name })
  show(app, options, io)
  line(io.stderr, 'The secret key makes UserSigs of this app. It is shown only this once.')
}

export interface AppSetOptions extends ListingOptions {
  readonly name?: string
  readonly set?: readonly string[]
}

export async function setApp(sdkAppId: string, options: AppSetOptions, io: CliIo): Promise<void> {
  const client = clientForChanges(io)
  const { name, set } = options
  const patch: AppPatch = readMembers(set ?? [], name === undefined ? {} : { name })
  show(await client.patch<App>(`/v1/apps/${await chooseApp(client, sdkAppId)}`, patch), options, io)
}

export async function removeApp(
  sdkAppId: string,
  options: ListingOptions & { readonly yes?: true },
  io: CliIo,
): Promise<void> {
  const client = clientForChanges(io)
  const path = `/v1/apps/${await chooseApp(client, sdkAppId)}`
  const { name } = await client.get<App>(path)
  await requireYes(`Delete app ${sdkAppId} (${name}) with its keys and the commands of its own?`, options, io)
  await client.delete(path)
  if (options.json === true) line(io.stdout, JSON.stringify({ sdkAppId: Number(sdkAppId), deleted: true }))
  else line(io.stdout, `App ${sdkAppId} is deleted.`)
}

function show(app: App, options: ListingOptions, io: CliIo): void {
  if (options.json === true) line(io.stdout, JSON.stringify(app))
  else printLines(io, factLines(app))
}
