// Two apps with everything in them, and keys of every kind.

import type { Role } from '../../src/domain/access/role.ts'
import type { CreatedKey } from '../../src/http/contract/contract.ts'
import type { TestService } from '../support/service.ts'

export interface AppThings {
  readonly sdkAppId: number
  readonly webhookId: string
  readonly eventId: string
  readonly deliveryId: string
  readonly decisionId: string
  readonly jobId: string
  readonly command: string
}

const after = 'Live.CallbackAfterCreateRoom'
const before = 'Live.CallbackBeforeSendGift'

/** An app with a webhook that no one answers, a delivery that waits, a decision, a command of its own and a job. */
export async function fillApp(service: TestService): Promise<AppThings> {
  const { sdkAppId } = await service.createApp()
  const { webhookId } = await service.createWebhook(
    sdkAppId,
    { url: 'http://127.0.0.1:59999/', commands: [after, before], paused: true },
    'a-token-of-the-walk',
  )
  const { eventId, deliveries } = await service.postEvent(sdkAppId, after, '{}')
  const path = `/v1/apps/${sdkAppId}`
  const asked = await service.call('POST', `${path}/asks?command=${before}`, '{}')
  const made = await service.call('POST', `${path}/commands`, ownCommand)
  const job = await service.call('POST', `${path}/redeliveries`, { filter: {} })
  const ids = { decisionId: asked.body['decisionId'], command: made.body['command'], jobId: job.body['jobId'] }
  for (const [what, id] of Object.entries(ids)) {
    if (typeof id !== 'string') throw new Error(`no ${what}: ${asked.text} ${made.text} ${job.text}`)
  }
  return { sdkAppId, webhookId, eventId, deliveryId: deliveries[0] ?? '', ...(ids as Record<keyof typeof ids, string>) }
}

const ownCommand = {
  command: 'Own.CallbackAfterWalk',
  phase: 'after',
  trigger: 'The walk.',
  schema: { type: 'object' },
}

export async function makeKey(service: TestService, role: Role, sdkAppId?: number): Promise<CreatedKey> {
  const { status, body, text } = await service.call('POST', '/v1/keys', {
    name: `the ${role} of ${sdkAppId ?? 'all'}`,
    role,
    ...(sdkAppId === undefined ? {} : { sdkAppId }),
  })
  if (status !== 201) throw new Error(`no key: ${text}`)
  return body as CreatedKey
}
