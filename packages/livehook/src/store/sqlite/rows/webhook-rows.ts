// Webhooks as rows.

import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { formatId } from '../../../domain/ids.ts'
import type { Health } from '../../../domain/webhook/health.ts'
import type { Webhook } from '../../../domain/webhook/webhook.ts'
import type { WebhookSettings } from '../../port/webhooks.ts'

type Row = Record<string, SQLOutputValue>

/** How one setting of a webhook stands in its column. */
interface Column<Value> {
  readonly column: string
  readonly write: (value: Value) => SQLInputValue
  readonly read: (value: SQLOutputValue | undefined) => Value
}

/** Every setting of a webhook. A new one is a line here, a member of the domain's `Webhook` and a migration. */
const columns: { readonly [Name in keyof WebhookSettings]: Column<WebhookSettings[Name]> } = {
  name: text('name'),
  url: text('url'),
  commands: json('commands'),
  spelling: { ...text('spelling'), read: (value) => (value === 'callback' ? 'callback' : 'webhook') },
  contentType: flag('content_type'),
  enabled: flag('enabled'),
  paused: flag('paused'),
  timeoutMs: number('timeout_ms'),
  maxInFlight: number('max_in_flight'),
  ratePerSecond: optionalNumber('rate_per_second'),
  retrySeconds: json('retry_seconds'),
  headers: json('headers'),
  askDeadlineMs: number('ask_deadline_ms'),
  failurePolicy: json('failure_policy'),
  trial: optionalJson('trial'),
  tls: optionalJson('tls'),
  keepBodies: { ...text('keep_bodies'), read: keepBodiesOf },
  disabledReason: {
    column: 'disabled_reason',
    write: (value) => value,
    read: (value) => (value === 'failing' ? 'failing' : null),
  },
  rotationEndsAt: optionalNumber('rotation_ends_at'),
}

const settingNames = Object.keys(columns).filter((name) => isSetting(name))

/** In the order of `settingValues`. */
export const settingColumns = settingNames.map((name) => columns[name].column)

export function settingValues(settings: WebhookSettings): SQLInputValue[] {
  const write = <Name extends keyof WebhookSettings>(name: Name, value: WebhookSettings[Name]): SQLInputValue =>
    columns[name].write(value)
  return settingNames.map((name) => write(name, settings[name]))
}

type Writable = { -readonly [Name in keyof WebhookSettings]?: WebhookSettings[Name] }

function settingsOf(row: Row): WebhookSettings
function settingsOf(row: Row): Partial<WebhookSettings> {
  const settings: Writable = {}
  const put = <Name extends keyof WebhookSettings>(name: Name, into: Pick<Writable, Name>): void => {
    into[name] = columns[name].read(row[columns[name].column])
  }
  for (const name of settingNames) put(name, settings)
  return settings
}

function isSetting(name: string): name is keyof WebhookSettings {
  return name in columns
}

function text(column: string): Column<string> {
  return { column, write: (value) => value, read: String }
}

function number(column: string): Column<number> {
  return { column, write: (value) => value, read: Number }
}

function flag(column: string): Column<boolean> {
  return { column, write: Number, read: (value) => value === 1 }
}

function json<Value>(column: string): Column<Value> {
  return { column, write: (value) => JSON.stringify(value), read: (value) => JSON.parse(String(value)) }
}

function optionalJson<Value>(column: string): Column<Value | null> {
  return {
    column,
    write: (value) => (value === null ? null : JSON.stringify(value)),
    read: (value) => (value === null ? null : JSON.parse(String(value))),
  }
}

function optionalNumber(column: string): Column<number | null> {
  return { column, write: (value) => value, read: numberOrNull }
}

export interface WebhookReader {
  get(webhook: number): Webhook | undefined
  /** Oldest first. */
  all(): readonly Webhook[]
}

export function createWebhookReader(db: DatabaseSync, salt: string): WebhookReader {
  const select = db.prepare('SELECT * FROM webhooks WHERE webhook = ?')
  const selectAll = db.prepare('SELECT * FROM webhooks ORDER BY webhook')
  const selectTokens = db.prepare('SELECT token FROM webhook_tokens WHERE webhook = ? ORDER BY position')
  const selectAllTokens = db.prepare('SELECT webhook, token FROM webhook_tokens ORDER BY webhook, position')
  return {
    get(webhook) {
      const row = select.get(webhook)
      const tokens = selectTokens.all(webhook).map((token) => String(token['token']))
      return row === undefined ? undefined : webhookOf(salt, row, tokens)
    },
    all() {
      const tokens = Map.groupBy(selectAllTokens.all(), (row) => Number(row['webhook']))
      return selectAll
        .all()
        .map((row) =>
          webhookOf(salt, row, tokens.get(Number(row['webhook']))?.map((token) => String(token['token'])) ?? []),
        )
    },
  }
}

function webhookOf(salt: string, row: Row, tokens: readonly string[]): Webhook {
  const tokenEnabled = row['token_enabled'] === 1
  return {
    webhookId: formatId('wh', salt, Number(row['webhook'])),
    sdkAppId: Number(row['app']),
    ...settingsOf(row),
    tokens: tokenEnabled ? tokens : [],
    heldTokens: tokenEnabled ? [] : tokens,
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    ...healthOf(row),
  }
}

export function healthOf(row: Row): Health {
  return {
    lastSuccessAt: numberOrNull(row['last_success_at']),
    lastFailureAt: numberOrNull(row['last_failure_at']),
    failingSince: numberOrNull(row['failing_since']),
  }
}

export function keepBodiesOf(value: SQLOutputValue | undefined): Webhook['keepBodies'] {
  return value === 'failed' || value === 'never' ? value : 'always'
}

function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}
