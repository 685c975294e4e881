// Which of a webhook's URLs is asked: its own, the one that is tried out, or one with the other as its shadow.

import { naturalKeys, readEvent } from '@livehook/protocol/catalogue'
import type { CommandFacts } from '@livehook/protocol/catalogue'
import type { PreparedUrl } from '@livehook/protocol/node'
import { isInShare } from '../../domain/ask/trial.ts'
import type { RegisteredWebhook } from '../kept/webhook-registry.ts'

export interface AskedUrl {
  readonly name: 'url' | 'trial'
  readonly url: string
  readonly preparedUrl: PreparedUrl
}

export interface ChosenUrls {
  readonly asked: AskedUrl
  /** Asked too, without a say. */
  readonly shadow: AskedUrl | undefined
}

/** A share is by conversation, so that nobody's messages go to and fro between two versions of an app's rules. */
export function chooseUrl(registered: RegisteredWebhook, command: CommandFacts, body: Uint8Array): ChosenUrls {
  const { webhook, preparedUrl, preparedTrialUrl } = registered
  const own: AskedUrl = { name: 'url', url: webhook.url, preparedUrl }
  const { trial } = webhook
  if (trial === null || preparedTrialUrl === undefined) return { asked: own, shadow: undefined }
  const other: AskedUrl = { name: 'trial', url: trial.url, preparedUrl: preparedTrialUrl }
  if (trial.kind === 'shadow') return { asked: own, shadow: other }
  const asked = isInShare(trial, webhook.webhookId, conversationOf(command, body)) ? other : own
  return { asked, shadow: undefined }
}

/** A body without a key of its own stands for itself: the share holds, but nothing sticks. */
function conversationOf(command: CommandFacts, body: Uint8Array): string {
  const event = readEvent(command.command, body)
  const order = 'body' in event ? naturalKeys(command, event.body).order : undefined
  return order ?? Buffer.from(body).toString('latin1')
}
