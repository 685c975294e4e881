// Reads redelivery jobs, what they would move, and what they move next.

import type { DatabaseSync } from 'node:sqlite'
import { formatId, parseId } from '../../../domain/ids.ts'
import type { JobStep } from '../../port/redelivery.ts'
import { formatCursor, parseCursor } from '../../shared/cursor.ts'
import { numbersOf } from './delivery-filter.ts'
import { deliveryQuery, maxScannedRows } from './delivery-query.ts'
import type { RowContext } from '../rows/delivery-rows.ts'
import { jobOf } from '../rows/job-rows.ts'
import { createStatements } from './deliveries.ts'
import type { Verbs } from '../thread/verbs.ts'
import { createTimeWindow } from './time-window.ts'

/** Rows that a count may read: some 50 ms of work, once per job. */
const maxCountedRows = 50_000

export function createJobReader(
  db: DatabaseSync,
  context: RowContext,
): Verbs<'countForJob' | 'listJobs' | 'getJob' | 'openJobs' | 'nextStep'> {
  const { salt } = context
  const select = db.prepare('SELECT * FROM redelivery_jobs WHERE job = ?')
  const selectOfApp = db.prepare('SELECT * FROM redelivery_jobs WHERE app = ? AND job < ? ORDER BY job DESC LIMIT ?')
  const selectOpen = db.prepare('SELECT * FROM redelivery_jobs WHERE state < 2 ORDER BY job')
  return {
    countForJob: createCount(db, context),
    listJobs(sdkAppId, { limit, cursor }) {
      const list = `${salt}:redeliveries:${sdkAppId}`
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(list, cursor)
      const rows = selectOfApp.all(sdkAppId, before, limit + 1)
      const nextCursor = rows.length > limit ? formatCursor(list, Number(rows[limit - 1]?.['job'])) : null
      return { items: rows.slice(0, limit).map((row) => jobOf(salt, row)), nextCursor }
    },
    getJob(jobId) {
      const row = select.get(parseId('job', salt, jobId) ?? 0)
      return row === undefined ? undefined : jobOf(salt, row)
    },
    openJobs: () => selectOpen.all().map((row) => jobOf(salt, row)),
    nextStep: createNextStep(db, context),
  }
}

function createCount(db: DatabaseSync, context: RowContext): Verbs<'countForJob'>['countForJob'] {
  const prepare = createStatements(db)
  const timeWindow = createTimeWindow(db)
  return (filter, endedBy) => {
    const numbers = numbersOf(context, filter)
    if (numbers === undefined) return { count: 0, exact: true }
    const walked = { ...timeWindow(filter), order: 'ASC', maxRows: maxCountedRows } as const
    const query = deliveryQuery({ ...numbers, endedBy }, walked)
    const count = Number(prepare(query.count).get(...query.pageParameters)?.['count'])
    return { count, exact: prepare(query.lastScanned).get(...query.walkParameters) === undefined }
  }
}

function createNextStep(db: DatabaseSync, context: RowContext): Verbs<'nextStep'>['nextStep'] {
  const prepare = createStatements(db)
  const select = db.prepare('SELECT * FROM redelivery_jobs WHERE job = ? AND state = 0')
  return (jobId, limit) => {
    const row = select.get(parseId('job', context.salt, jobId) ?? 0)
    if (row === undefined) return undefined
    const from = Number(row['position'])
    const before = Number(row['before'])
    const step = (deliveries: readonly number[], position: number | undefined): JobStep => ({
      jobId,
      deliveryIds: deliveries.map((number) => formatId('dlv', context.salt, number)),
      from,
      position: position ?? Math.max(from, before - 1),
      isLast: position === undefined,
    })
    const numbers = numbersOf(context, jobOf(context.salt, row).filter)
    if (numbers === undefined) return step([], undefined)
    const walked = { after: from, before, order: 'ASC', maxRows: maxScannedRows } as const
    const query = deliveryQuery({ ...numbers, endedBy: Number(row['created_at']) }, walked)
    const found = prepare(query.page).all(...query.pageParameters, limit)
    const deliveries = found.map((one) => Number(one['delivery']))
    if (deliveries.length === limit) return step(deliveries, deliveries.at(-1))
    const last = prepare(query.lastScanned).get(...query.walkParameters)
    return step(deliveries, last === undefined ? undefined : Number(last['delivery']))
  }
}
