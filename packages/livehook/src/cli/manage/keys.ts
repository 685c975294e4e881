// livehook keys ls|get|create|rm, and audit ls.

import type { AuditEntry, CreatedKey, Key, List } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { clientForChanges, clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import { printLines } from '../terminal/lines.ts'
import { requireYes } from '../terminal/terminal-question.ts'
import { wholeNumber } from '../input/whole-number.ts'
import type { ListingOptions } from '../look/listing.ts'
import { factLines, readPages, showListing } from '../look/listing.ts'

export async function listKeys(options: ListingOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  await showListing<Key>(
    {
      head: ['KEY', 'NAME', 'ROLE', 'APP', 'BEGINS', 'LAST USED'],
      fit: ['whole', 'cut', 'whole', 'whole', 'whole', 'whole'],
      row: ({ keyId, name, role, sdkAppId, prefix, lastUsedAt }, { time }) => [
        keyId,
        name,
        role,
        sdkAppId === null ? 'all' : String(sdkAppId),
        prefix ?? '',
        lastUsedAt === null ? 'never' : time(lastUsedAt),
      ],
      read: () => allKeys(client),
      empty: 'There is no key.',
    },
    options,
    io,
  )
}

async function allKeys(client: ApiClient): Promise<readonly Key[]> {
  return (await client.get<List<Key>>('/v1/keys')).items
}

async function findKey(client: ApiClient, keyId: string): Promise<Key> {
  const key = (await allKeys(client)).find((each) => each.keyId === keyId)
  if (key === undefined) throw new CliError('usage', `There is no key ${keyId}. \`livehook keys ls\` lists them.`)
  return key
}

export async function showKey(keyId: string, options: ListingOptions, io: CliIo): Promise<void> {
  const key = await findKey(clientFromEnvironment(io), keyId)
  if (options.json === true) line(io.stdout, JSON.stringify(key))
  else printLines(io, factLines(key))
}

export interface NewKeyOptions extends ListingOptions {
  readonly role: string
  readonly app?: string
}

export async function createKey(name: string, options: NewKeyOptions, io: CliIo): Promise<void> {
  const client = clientForChanges(io)
  const app = options.app === undefined ? {} : { sdkAppId: await chooseApp(client, options.app) }
  const created = await client.post<CreatedKey>('/v1/keys', { name, role: options.role, ...app })
  if (options.json === true) {
    line(io.stdout, JSON.stringify(created))
    return
  }
  const { key, keyId, role, sdkAppId } = created
  line(io.stdout, key)
  const scope = sdkAppId === null ? 'all apps' : `app ${sdkAppId}`
  line(io.stderr, `This is ${keyId} (${role}, ${scope}), shown only this once. The service keeps a hash of it.`)
}

export async function removeKey(
  keyId: string,
  options: ListingOptions & { readonly yes?: true },
  io: CliIo,
): Promise<void> {
  const client = clientForChanges(io)
  const { name, role } = await findKey(client, keyId)
  await requireYes(`Revoke key ${keyId} (${name}, ${role})? Requests with it are refused from then on.`, options, io)
  await client.delete(`/v1/keys/${encodeURIComponent(keyId)}`)
  if (options.json === true) line(io.stdout, JSON.stringify({ keyId, deleted: true }))
  else line(io.stdout, `${keyId} is revoked.`)
}

export interface AuditOptions extends ListingOptions {
  readonly app?: string
  readonly action?: string
  readonly actor?: string
  readonly limit?: string
}

export async function listAudit(options: AuditOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  const limit = wholeNumber(options.limit, { name: '--limit', fallback: 50, most: 100_000 })
  const filter: Record<string, string> = {
    ...(options.app === undefined ? {} : { sdkAppId: String(await chooseApp(client, options.app)) }),
    ...(options.action === undefined ? {} : { action: options.action }),
    ...(options.actor === undefined ? {} : { actor: options.actor }),
  }
  await showListing<AuditEntry>(
    {
      head: ['AT', 'WHO', 'WHAT', 'ON', 'FROM'],
      fit: ['whole', 'cut', 'whole', 'words', 'whole'],
      row: ({ at, actor, action, target, address }, { time }) => [time(at), actor.name, action, target, address ?? ''],
      read: () => readPages<AuditEntry>(client, '/v1/audit', { query: new URLSearchParams(filter), limit }),
      empty: 'Nothing was changed yet that passes this filter.',
    },
    options,
    io,
  )
}
