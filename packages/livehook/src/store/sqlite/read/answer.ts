// What the reader can be asked: one order, one answer.

import type { DatabaseSync } from 'node:sqlite'
import { assertNever } from '../../../domain/assert.ts'
import { createCommandReader } from '../rows/command-rows.ts'
import type { ReadOrder, ReadResults } from '../thread/messages.ts'
import { readSalt } from '../file/migrate.ts'
import { createAccessReader } from './access.ts'
import { createDecisionReader } from './decisions.ts'
import { createDeliveryReader } from './deliveries.ts'
import { createEventReader } from './events.ts'
import { createFindExpired } from './expired.ts'
import { createJobReader } from './jobs.ts'
import { createLastFailures } from './last-failures.ts'
import { createRegistrationReader } from './registrations.ts'
import { createStatsReader } from './stats.ts'
import { createWordReader } from '../rows/words.ts'

/** Prepares every statement that only reads. */
export function createAnswer(db: DatabaseSync): (order: ReadOrder) => ReadResults[ReadOrder['kind']] {
  const salt = readSalt(db)
  const context = { salt, words: createWordReader(db) }
  const registrations = createRegistrationReader(db, salt)
  const access = createAccessReader(db, salt)
  const events = createEventReader(db, context)
  const deliveries = createDeliveryReader(db, context, events)
  const decisions = createDecisionReader(db, context)
  const jobs = createJobReader(db, context)
  const stats = createStatsReader(db, salt)
  const readCommands = createCommandReader(db)
  const readLastFailures = createLastFailures(db, context)
  const findExpired = createFindExpired(db, salt)
  return (order) => {
    switch (order.kind) {
      case 'nextDue':
        return registrations.nextDue()
      case 'listApps':
        return registrations.listApps(order.page)
      case 'getApp':
        return registrations.getApp(order.sdkAppId)
      case 'getSecretKey':
        return registrations.getSecretKey(order.sdkAppId)
      case 'loadWebhooks':
        return registrations.loadWebhooks()
      case 'loadCommands':
        return readCommands()
      case 'listKeys':
        return access.listKeys()
      case 'loadSecretKeys':
        return access.loadSecretKeys()
      case 'loadQuotas':
        return access.loadQuotas()
      case 'listAudit':
        return access.listAudit(order.filter, order.page)
      case 'listDeliveries':
        return deliveries.list(order.filter, order.page)
      case 'getDelivery':
        return deliveries.get(order.deliveryId)
      case 'getEvent':
        return events.get(order.eventId)
      case 'listNotSubscribed':
        return events.listNotSubscribed(order.sdkAppId, order.page)
      case 'countForJob':
        return jobs.count(order.filter, order.endedBy)
      case 'listJobs':
        return jobs.list(order.sdkAppId, order.page)
      case 'getJob':
        return jobs.get(order.jobId)
      case 'openJobs':
        return jobs.open()
      case 'nextStep':
        return jobs.nextStep(order.jobId, order.limit)
      case 'findExpired':
        return findExpired(order.position, order.before)
      case 'readStats':
        return stats.read(order.request)
      case 'listDecisions':
        return decisions.list(order.filter, order.page)
      case 'getDecision':
        return decisions.get(order.decisionId)
      case 'readBacklog':
        return stats.backlog(order.sdkAppId)
      case 'readBacklogOf':
        return stats.backlogOf(order.webhookIds)
      case 'readLastFailures':
        return readLastFailures(order.webhookIds)
      case 'ping':
        readSalt(db)
        return undefined
      default:
        return assertNever(order)
    }
  }
}
