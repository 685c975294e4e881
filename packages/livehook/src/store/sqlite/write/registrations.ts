// Apps, webhooks, tokens and keys: rare writes, one statement per verb.

import type { DatabaseSync } from 'node:sqlite'
import { assertNever } from '../../../domain/assert.ts'
import { createCommandWriter } from '../rows/command-rows.ts'
import type { RegistrationOrder, RegistrationResults } from '../thread/messages.ts'
import { createAccessWriter } from './access-writer.ts'
import { createAppWriter } from './app-writer.ts'
import { createAddAskTallies } from './ask-tallies.ts'
import { createDecisionWriter } from './record-decisions.ts'
import { createWebhookWriter } from './webhook-writer.ts'
import type { WriteContext } from './write-context.ts'

type Result = RegistrationResults[RegistrationOrder['kind']]

/** Prepares the verbs: each runs inside the running transaction. */
export function createRegistrations(db: DatabaseSync, context: WriteContext): (order: RegistrationOrder) => Result {
  const webhooks = createWebhookWriter(db, context)
  const decisions = createDecisionWriter(db, context)
  const commands = createCommandWriter(db)
  const apps = createAppWriter(db, context)
  const access = createAccessWriter(db, context)
  const addAskTallies = createAddAskTallies(db, context.salt)
  const ping = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('pinged_at', ?)")
  return (order) => {
    switch (order.kind) {
      case 'createApp':
        return apps.create(order.app)
      case 'updateApp':
        return apps.update(order.sdkAppId, order.patch)
      case 'deleteApp':
        return apps.remove(order.sdkAppId)
      case 'putSecretKey':
        return apps.putSecretKey(order.sdkAppId, order.secretKey, order.now)
      case 'createWebhook':
        return webhooks.create(order.webhook)
      case 'updateWebhook':
        return webhooks.update(order.webhookId, order.patch, order.now)
      case 'deleteWebhook':
        return webhooks.remove(order.webhookId, order.now)
      case 'putTokens':
      case 'holdTokens':
        return webhooks.putTokens(order.webhookId, order.tokens, {
          now: order.now,
          enabled: order.kind === 'putTokens',
        })
      case 'putKey':
      case 'removeKey':
      case 'touchKeys':
      case 'putQuota':
      case 'recordAudit':
      case 'trimAudit':
        return access(order)
      case 'putCommand':
        return commands.put(order.command)
      case 'deleteCommand':
        return commands.remove(order.sdkAppId, order.command)
      case 'reserveDecisions':
        return decisions.reserve(order.count)
      case 'recordDecisions':
        decisions.record(order.batch)
        return undefined
      case 'addAskTallies':
        addAskTallies(order.tallies)
        return undefined
      case 'ping':
        // A write, since it is writing that fails when the disk is full.
        ping.run(order.now)
        return undefined
      default:
        return assertNever(order)
    }
  }
}
