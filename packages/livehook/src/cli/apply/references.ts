// What the file only refers to: tokens and keys in environment variables and files. They go to the service and nowhere else.

import { checkToken } from '@livehook/protocol/node'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import type { NewWebhook } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { signsWith } from './current.ts'
import type { Path } from './problems.ts'
import type { CurrentApp, WantedToken, WantedWebhook } from './plan.ts'
import type { AppEntry, SecretSource, WebhookEntry } from './schema.ts'
import type { CliIo } from '../io.ts'
import { CliError } from '../io.ts'

export interface References {
  /** The webhooks of an app, with what they refer to. @throws CliError `configuration` naming the place in the file */
  resolve(
    entry: AppEntry,
    current: CurrentApp | undefined,
    at: (path: Path) => string,
  ): Promise<readonly WantedWebhook[]>
}

export interface ReferenceDeps {
  /** Where paths begin. */
  readonly folder: string
  readonly io: Pick<CliIo, 'environment'>
  readonly client: ApiClient
}

export function createReferences(deps: ReferenceDeps): References {
  return {
    async resolve(entry, current, at) {
      const wanted: WantedWebhook[] = []
      for (const [index, { tokenFrom, tls, ...settings }] of (entry.webhooks ?? []).entries()) {
        const where = (path: Path): string => at(['webhooks', index, ...path])
        const before = current?.webhooks.find(({ name }) => name === settings.name)
        const token = readToken(deps, tokenFrom, where)
        const isThere =
          token?.token === null
            ? before?.tokenSet !== true
            : token !== undefined && before !== undefined && (await signsWith(deps.client, before, token.token))
        wanted.push({
          settings: { ...settings, ...(tls === undefined ? {} : { tls: readTls(deps, tls, where) }) },
          token: token === undefined ? undefined : { ...token, isThere },
        })
      }
      return wanted
    },
  }
}

const tokenProblems = {
  empty: 'is empty',
  too_long: 'has more than 128 characters',
  control_character: 'has a control character, such as a line end in its middle',
  ill_formed: 'is no valid Unicode text',
} as const

function readToken(
  deps: ReferenceDeps,
  source: WebhookEntry['tokenFrom'],
  at: (path: Path) => string,
): Omit<WantedToken, 'isThere'> | undefined {
  if (source === undefined) return undefined
  if (source === null) return { token: null, from: 'nothing' }
  const token = readSecret(deps, source, at(['tokenFrom']))
  const check = checkToken(token)
  if (check.kind === 'ok') return { token, from: `from ${nameOf(source)}` }
  throw new CliError(
    'configuration',
    `${at(['tokenFrom'])}: the token in ${nameOf(source)} ${tokenProblems[check.reason]}.`,
  )
}

function readTls(
  deps: ReferenceDeps,
  tls: NonNullable<WebhookEntry['tls']> | null,
  at: (path: Path) => string,
): Exclude<NewWebhook['tls'], undefined> {
  if (tls === null) return null
  const text = (value: typeof tls.ca, member: string): string | null =>
    typeof value === 'object' && value !== null
      ? readSecret(deps, value, at(['tls', member]), 'whole')
      : (value ?? null)
  const key = tls.privateKeyFrom
  return {
    ca: text(tls.ca, 'ca'),
    certificate: text(tls.certificate, 'certificate'),
    ...(key === undefined ? {} : { privateKey: readSecret(deps, key, at(['tls', 'privateKeyFrom']), 'whole') }),
  }
}

/** @param end `trimmed`: the line end that an editor puts at the end of a file is not part of the secret */
function readSecret(
  { folder, io }: ReferenceDeps,
  source: SecretSource,
  place: string,
  end: 'trimmed' | 'whole' = 'trimmed',
): string {
  if ('env' in source) {
    const value = io.environment[source.env]
    if (value !== undefined && value !== '') return value
    throw new CliError('configuration', `${place}: the environment variable ${source.env} is not set.`)
  }
  try {
    const content = readFileSync(resolve(folder, source.file), 'utf8')
    return end === 'trimmed' ? content.replace(/\r?\n$/, '') : content
  } catch (error) {
    throw new CliError('configuration', `${place}: ${source.file} cannot be read: ${messageOf(error)}`)
  }
}

function nameOf(source: SecretSource): string {
  return 'env' in source ? `the environment variable ${source.env}` : source.file
}
