// Writes redelivery jobs: made, moved, and taken forward a step at a time together with the deliveries of the step.

import type { DatabaseSync } from 'node:sqlite'
import { assert } from '../../../domain/assert.ts'
import { parseId } from '../../../domain/ids.ts'
import type { JobState, JobStep, NewRedeliveryJob, RedeliveryJob } from '../../port/redelivery.ts'
import { jobOf, jobStateCodes } from '../rows/job-rows.ts'
import { createRedeliverOne } from './redeliver.ts'
import { createTimeWindow } from '../read/time-window.ts'
import type { WriteContext } from './write-context.ts'

export interface JobWriter {
  create(job: NewRedeliveryJob): RedeliveryJob
  takeStep(step: JobStep, now: number): RedeliveryJob | undefined
  move(jobId: string, state: JobState, now: number): RedeliveryJob | undefined
}

/** Prepares the verbs: each runs inside the running transaction. */
export function createJobWriter(db: DatabaseSync, context: WriteContext): JobWriter {
  const select = db.prepare('SELECT * FROM redelivery_jobs WHERE job = ?')
  const move = db.prepare('UPDATE redelivery_jobs SET state = ?, updated_at = ? WHERE job = ? AND state < 2')
  const insert = createInsert(db, context)
  const takeStep = createTakeStep(db, context)
  const get = (number: number): RedeliveryJob | undefined => {
    const row = select.get(number)
    return row === undefined ? undefined : jobOf(context.salt, row)
  }
  return {
    create(job) {
      const created = get(insert(job))
      assert(created !== undefined, 'A job that was just written cannot be read.')
      return created
    },
    takeStep(step, now) {
      const number = parseId('job', context.salt, step.jobId) ?? 0
      takeStep(number, step, now)
      return get(number)
    },
    move(jobId, state, now) {
      const number = parseId('job', context.salt, jobId) ?? 0
      move.run(jobStateCodes[state], now, number)
      return get(number)
    },
  }
}

function createInsert(db: DatabaseSync, context: WriteContext): (job: NewRedeliveryJob) => number {
  const insert = db.prepare(
    `INSERT INTO redelivery_jobs
       (job, app, state, filter, rate_per_second, total, is_exact, done, skipped, position, before, created_at, updated_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8, ?9, ?10, ?10)`,
  )
  const selectNewest = db.prepare('SELECT max(delivery) AS newest FROM deliveries')
  const timeWindow = createTimeWindow(db)
  return ({ filter, ratePerSecond, total, exact, createdAt }) => {
    const number = context.counters.take('redelivery_job')
    // What comes from now on is none of the job's.
    const next = Number(selectNewest.get()?.['newest'] ?? 0) + 1
    const { after, before } = timeWindow(filter)
    const state = total === 0 && exact ? jobStateCodes.done : jobStateCodes.running
    insert.run(
      number,
      filter.sdkAppId,
      state,
      JSON.stringify(filter),
      ratePerSecond,
      total,
      Number(exact),
      after,
      Math.min(before, next),
      createdAt,
    )
    return number
  }
}

function createTakeStep(db: DatabaseSync, context: WriteContext): (job: number, step: JobStep, now: number) => void {
  const isCurrent = db.prepare('SELECT 1 FROM redelivery_jobs WHERE job = ? AND state = 0 AND position = ?')
  const advance = db.prepare(
    `UPDATE redelivery_jobs SET done = done + ?1, skipped = skipped + ?2, position = ?3, updated_at = ?4 WHERE job = ?5`,
  )
  // Where the total is exact, whatever was not moved had changed before the job came to it.
  const end = db.prepare(
    `UPDATE redelivery_jobs SET state = 2, skipped = iif(is_exact, max(skipped, total - done), skipped) WHERE job = ?`,
  )
  const redeliverOne = createRedeliverOne(db, context)
  return (job, step, now) => {
    if (isCurrent.get(job, step.from) === undefined) return
    let done = 0
    for (const deliveryId of step.deliveryIds) {
      if (redeliverOne(parseId('dlv', context.salt, deliveryId) ?? 0, now) === 'redelivered') done += 1
    }
    advance.run(done, step.deliveryIds.length - done, step.position, now, job)
    if (step.isLast) end.run(job)
  }
}
