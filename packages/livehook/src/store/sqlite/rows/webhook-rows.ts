// Webhooks as rows.

import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { FailurePolicy } from '../../../domain/ask/failure-policy.ts'
import { formatId } from '../../../domain/ids.ts'
import type { Trial } from '../../../domain/ask/trial.ts'
import type { Webhook } from '../../../domain/webhook/webhook.ts'
import type { WebhookTls } from '../../../domain/webhook/tls.ts'

type Row = Record<string, SQLOutputValue>

/** Everything of a webhook that a person may change, in the order of `settingsOf`. */
export const settingColumns = [
  'name',
  'url',
  'commands',
  'spelling',
  'content_type',
  'enabled',
  'paused',
  'timeout_ms',
  'max_in_flight',
  'rate_per_second',
  'retry_seconds',
  'headers',
  'ask_deadline_ms',
  'failure_policy',
  'trial',
  'tls',
  'keep_bodies',
  'disabled_reason',
  'rotation_ends_at',
] as const

export type WebhookSettings = Omit<
  Webhook,
  | 'webhookId'
  | 'sdkAppId'
  | 'tokens'
  | 'heldTokens'
  | 'createdAt'
  | 'updatedAt'
  | 'lastSuccessAt'
  | 'lastFailureAt'
  | 'failingSince'
>

/** The values of `settingColumns`. */
export function settingsOf(webhook: WebhookSettings): SQLInputValue[] {
  return [
    webhook.name,
    webhook.url,
    JSON.stringify(webhook.commands),
    webhook.spelling,
    Number(webhook.contentType),
    Number(webhook.enabled),
    Number(webhook.paused),
    webhook.timeoutMs,
    webhook.maxInFlight,
    webhook.ratePerSecond,
    JSON.stringify(webhook.retrySeconds),
    JSON.stringify(webhook.headers),
    webhook.askDeadlineMs,
    JSON.stringify(webhook.failurePolicy),
    webhook.trial === null ? null : JSON.stringify(webhook.trial),
    webhook.tls === null ? null : JSON.stringify(webhook.tls),
    webhook.keepBodies,
    webhook.disabledReason,
    webhook.rotationEndsAt,
  ]
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
  const commands: string[] = JSON.parse(String(row['commands']))
  const retrySeconds: number[] = JSON.parse(String(row['retry_seconds']))
  const headers: Record<string, string> = JSON.parse(String(row['headers']))
  const failurePolicy: FailurePolicy = JSON.parse(String(row['failure_policy']))
  const tls: WebhookTls | null = row['tls'] === null ? null : JSON.parse(String(row['tls']))
  const trial: Trial | null = row['trial'] === null ? null : JSON.parse(String(row['trial']))
  const tokenEnabled = row['token_enabled'] === 1
  return {
    webhookId: formatId('wh', salt, Number(row['webhook'])),
    sdkAppId: Number(row['app']),
    name: String(row['name']),
    url: String(row['url']),
    commands,
    spelling: row['spelling'] === 'callback' ? 'callback' : 'webhook',
    contentType: row['content_type'] === 1,
    enabled: row['enabled'] === 1,
    paused: row['paused'] === 1,
    timeoutMs: Number(row['timeout_ms']),
    maxInFlight: Number(row['max_in_flight']),
    ratePerSecond: optionalNumber(row['rate_per_second']),
    retrySeconds,
    headers,
    askDeadlineMs: Number(row['ask_deadline_ms']),
    failurePolicy,
    trial,
    tls,
    keepBodies: keepBodiesOf(row['keep_bodies']),
    disabledReason: row['disabled_reason'] === 'failing' ? 'failing' : null,
    rotationEndsAt: optionalNumber(row['rotation_ends_at']),
    tokens: tokenEnabled ? tokens : [],
    heldTokens: tokenEnabled ? [] : tokens,
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    lastSuccessAt: optionalNumber(row['last_success_at']),
    lastFailureAt: optionalNumber(row['last_failure_at']),
    failingSince: optionalNumber(row['failing_since']),
  }
}

export function keepBodiesOf(value: SQLOutputValue | undefined): Webhook['keepBodies'] {
  return value === 'failed' || value === 'never' ? value : 'always'
}

function optionalNumber(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}
