// The embedded store: one data file, one thread that writes, one that reads. In reading order:
//
//   store.ts               the port, over the two clients below
//   write-client.ts        group commit: write-queue.ts, write-batch.ts and the *-columns.ts that cross the border
//   writer.ts              the thread that writes: lock.ts, database.ts, migrate.ts, then commit.ts with one file per verb
//   read-client.ts         orders and answers
//   reader.ts              the thread that reads: one read-*.ts per kind of thing; lists go through delivery-query.ts
//   worker-link.ts         a thread and its death

import { randomBytes } from 'node:crypto'
import { makeSalt, parseId } from '../../domain/ids.ts'
import type { Log } from '../../observe/log.ts'
import type { ClaimedDelivery } from '../port/flow.ts'
import type { Store } from '../port/port.ts'
import type { AccessStore } from '../port/access.ts'
import type { AppStore } from '../port/apps.ts'
import type { RedeliveryStore } from '../port/redelivery.ts'
import { acceptBytes, checkAccept } from './thread/accept-columns.ts'
import type { RareOrder, RareResults, RegistrationOrder, RegistrationResults } from './thread/messages.ts'
import { createReadClient } from './thread/read-client.ts'
import type { ReadClient } from './thread/read-client.ts'
import { openWriteClient } from './thread/write-client.ts'
import type { WriteClient } from './thread/write-client.ts'

export interface SqliteStoreDeps {
  /** The data file. It is made where it is missing, with its folder, for the owner only. */
  readonly path: string
  /** Epoch milliseconds. */
  readonly now?: () => number
  /** Start with an empty store although what another one left behind was found in its place. */
  readonly acceptEmpty?: boolean
  readonly log?: Log
  /** Chance for the salt of a new data file. */
  readonly random?: (bytes: number) => Uint8Array
}

/**
 * Opens the embedded store.
 * @throws StoreError `store_in_use` where another process uses the data file; `store_too_new` where a newer version
 *   wrote it; `store_lost` where what a store left behind was found in its place; `store_unavailable` where it cannot be opened or cannot be written safely
 * @example const store = await openSqliteStore({ path: './data/livehook.db' })
 */
export async function openSqliteStore(deps: SqliteStoreDeps): Promise<Store> {
  const now = deps.now ?? Date.now
  const salt = makeSalt((deps.random ?? randomBytes)(5))
  const settings = { path: deps.path, salt, openedAt: now(), acceptEmpty: deps.acceptEmpty ?? false }
  // Both threads start at once; the reader opens the data file with its first order.
  const reader = createReadClient(settings)
  try {
    const writer = await openWriteClient(settings, deps.log ?? quiet)
    await reader.ask({ kind: 'ping' })
    return createStore(writer, reader, now)
  } catch (error) {
    await reader.close()
    throw error
  }
}

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

function createStore(writer: WriteClient, reader: ReadClient, now: () => number): Store {
  return {
    ...createFlow(writer),
    ...createRegistrations(writer),
    ...createHands(writer, reader),
    ...createAccess(writer, reader),
    broken: Promise.race([writer.broken, reader.broken]),
    nextDue: () => reader.ask({ kind: 'nextDue' }),
    listApps: (page) => reader.ask({ kind: 'listApps', page }),
    getApp: (sdkAppId) => reader.ask({ kind: 'getApp', sdkAppId }),
    getSecretKey: (sdkAppId) => reader.ask({ kind: 'getSecretKey', sdkAppId }),
    loadWebhooks: () => reader.ask({ kind: 'loadWebhooks' }),
    listDeliveries: (filter, page) => reader.ask({ kind: 'listDeliveries', filter, page }),
    getDelivery: (deliveryId) => reader.ask({ kind: 'getDelivery', deliveryId }),
    getEvent: (eventId) => reader.ask({ kind: 'getEvent', eventId }),
    listNotSubscribed: (sdkAppId, page) => reader.ask({ kind: 'listNotSubscribed', sdkAppId, page }),
    findExpired: ({ position, before }) => reader.ask({ kind: 'findExpired', position, before }),
    removeExpired: (eventIds, before) => rarely(writer, { kind: 'removeExpired', eventIds, before }, eventIds.length),
    trimSummaries: (before) => rarely(writer, { kind: 'trimSummaries', before }),
    readStats: (request) => reader.ask({ kind: 'readStats', request }),
    readBacklog: (sdkAppId) => reader.ask({ kind: 'readBacklog', sdkAppId }),
    readBacklogOf: (webhookIds) => reader.ask({ kind: 'readBacklogOf', webhookIds }),
    readLastFailures: (webhookIds) => reader.ask({ kind: 'readLastFailures', webhookIds }),
    loadCommands: () => reader.ask({ kind: 'loadCommands' }),
    putCommand: (command) => register(writer, { kind: 'putCommand', command }),
    deleteCommand: (sdkAppId, command) => register(writer, { kind: 'deleteCommand', sdkAppId, command }),
    listDecisions: (filter, page) => reader.ask({ kind: 'listDecisions', filter, page }),
    getDecision: (decisionId) => reader.ask({ kind: 'getDecision', decisionId }),
    reserveDecisions: (count) => register(writer, { kind: 'reserveDecisions', count }),
    async recordDecisions(batch) {
      if (batch.length > 0) await register(writer, { kind: 'recordDecisions', batch })
    },
    async addAskTallies(tallies) {
      if (tallies.length > 0) await register(writer, { kind: 'addAskTallies', tallies })
    },
    async ping() {
      await Promise.all([register(writer, { kind: 'ping', now: now() }), reader.ask({ kind: 'ping' })])
    },
    async close() {
      // The reader first: the log cannot be emptied under somebody who reads it.
      await reader.close()
      await writer.close()
    },
  }
}

/** The main flow. */
function createFlow(writer: WriteClient): Pick<Store, 'accept' | 'claim' | 'settle' | 'takeBackLeases'> {
  return {
    async accept(requests) {
      if (requests.length === 0) return []
      checkAccept(writer.salt, requests)
      const [rows, bytes] = [requests.length, acceptBytes(requests)]
      return new Promise((resolve, reject) => writer.add({ kind: 'accept', requests, rows, bytes, resolve, reject }))
    },
    claim(wanted, { now, leaseUntil }) {
      // SQLite takes a negative limit for none at all.
      const numbers = wanted.flatMap(({ webhookId, limit }) => [
        parseId('wh', writer.salt, webhookId) ?? 0,
        Math.max(0, limit),
      ])
      const order = { wanted: Float64Array.from(numbers), now, leaseUntil: Math.round(leaseUntil) }
      const rows = wanted.reduce((sum, { limit }) => sum + limit, 0)
      return new Promise<readonly ClaimedDelivery[]>((resolve, reject) =>
        writer.add({ kind: 'claim', order, rows, bytes: 0, resolve, reject }),
      )
    },
    settle: (requests, now) =>
      new Promise((resolve, reject) => {
        if (requests.length === 0) resolve([])
        else writer.add({ kind: 'settle', requests, now, rows: requests.length, bytes: 0, resolve, reject })
      }),
    takeBackLeases(expiredBefore, now) {
      const order = { expiredBefore, now: Math.round(now) }
      return new Promise((resolve, reject) =>
        writer.add({ kind: 'takeBack', order, rows: 1, bytes: 0, resolve, reject }),
      )
    },
  }
}

/** Deliveries that are moved by hand, one by one or by a job. */
function createHands(writer: WriteClient, reader: ReadClient): RedeliveryStore {
  return {
    async redeliver(deliveryIds, now) {
      return deliveryIds.length === 0
        ? []
        : rarely(writer, { kind: 'redeliver', deliveryIds, now: Math.round(now) }, deliveryIds.length)
    },
    async cancel(deliveryIds, now) {
      return deliveryIds.length === 0 ? [] : rarely(writer, { kind: 'cancel', deliveryIds, now }, deliveryIds.length)
    },
    addDelivery: (eventId, webhookId, now) =>
      rarely(writer, { kind: 'addDelivery', eventId, webhookId, now: Math.round(now) }),
    countForJob: (filter, endedBy) => reader.ask({ kind: 'countForJob', filter, endedBy }),
    createJob: (job) => rarely(writer, { kind: 'createJob', job }),
    listJobs: (sdkAppId, page) => reader.ask({ kind: 'listJobs', sdkAppId, page }),
    getJob: (jobId) => reader.ask({ kind: 'getJob', jobId }),
    openJobs: () => reader.ask({ kind: 'openJobs' }),
    nextStep: (jobId, limit) => reader.ask({ kind: 'nextStep', jobId, limit }),
    takeStep: (step, now) =>
      rarely(writer, { kind: 'takeStep', step, now: Math.round(now) }, step.deliveryIds.length + 1),
    moveJob: (jobId, state, now) => rarely(writer, { kind: 'moveJob', jobId, state, now: Math.round(now) }),
  }
}

/** @param rows what it counts for in the bounds of a commit */
function rarely<Order extends RareOrder>(
  writer: WriteClient,
  order: Order,
  rows = 1,
): Promise<RareResults[Order['kind']]> {
  return new Promise((resolve, reject) =>
    writer.add({
      kind: 'rare',
      order,
      rows,
      bytes: 0,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the writer answers in the shape that messages.ts states
      resolve: (value) => resolve(value as RareResults[Order['kind']]),
      reject,
    }),
  )
}

function createRegistrations(
  writer: WriteClient,
): Omit<AppStore, 'getSecretKey'> &
  Pick<Store, 'createWebhook' | 'updateWebhook' | 'deleteWebhook' | 'putTokens' | 'holdTokens'> {
  return {
    createApp: (app) => register(writer, { kind: 'createApp', app }),
    updateApp: (sdkAppId, patch) => register(writer, { kind: 'updateApp', sdkAppId, patch }),
    deleteApp: (sdkAppId) => register(writer, { kind: 'deleteApp', sdkAppId }),
    putSecretKey: (sdkAppId, secretKey, now) => register(writer, { kind: 'putSecretKey', sdkAppId, secretKey, now }),
    createWebhook: (webhook) => register(writer, { kind: 'createWebhook', webhook }),
    updateWebhook: (webhookId, patch, now) => register(writer, { kind: 'updateWebhook', webhookId, patch, now }),
    deleteWebhook: (webhookId, now) => register(writer, { kind: 'deleteWebhook', webhookId, now }),
    putTokens: (webhookId, tokens, now) => register(writer, { kind: 'putTokens', webhookId, tokens, now }),
    holdTokens: (webhookId, tokens, now) => register(writer, { kind: 'holdTokens', webhookId, tokens, now }),
  }
}

/** Keys, quotas and the audit log. */
function createAccess(writer: WriteClient, reader: ReadClient): AccessStore {
  return {
    listKeys: () => reader.ask({ kind: 'listKeys' }),
    putKey: (key) => register(writer, { kind: 'putKey', key }),
    removeKey: (keyId, mayBeLastAdmin) => register(writer, { kind: 'removeKey', keyId, mayBeLastAdmin }),
    async touchKeys(uses) {
      if (uses.length > 0) await register(writer, { kind: 'touchKeys', uses })
    },
    loadSecretKeys: () => reader.ask({ kind: 'loadSecretKeys' }),
    loadQuotas: () => reader.ask({ kind: 'loadQuotas' }),
    putQuota: (sdkAppId, quota) => register(writer, { kind: 'putQuota', sdkAppId, quota }),
    recordAudit: (entry) => register(writer, { kind: 'recordAudit', entry }),
    listAudit: (filter, page) => reader.ask({ kind: 'listAudit', filter, page }),
    trimAudit: (before) => register(writer, { kind: 'trimAudit', before }),
  }
}

function register<Order extends RegistrationOrder>(
  writer: WriteClient,
  order: Order,
): Promise<RegistrationResults[Order['kind']]> {
  return new Promise((resolve, reject) =>
    writer.add({
      kind: 'registration',
      order,
      rows: 1,
      bytes: 0,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the writer answers in the shape that messages.ts states
      resolve: (value) => resolve(value as RegistrationResults[Order['kind']]),
      reject,
    }),
  )
}
