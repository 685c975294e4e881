// Redelivery jobs as rows.

import { formatId } from '../../../domain/ids.ts'
import type { DeliveryFilter } from '../../port/deliveries.ts'
import type { JobState, RedeliveryJob } from '../../port/redelivery.ts'
import type { Row } from './delivery-rows.ts'

/** Append-only: the codes are in the data files. The SQL of this room writes them as literals. */
export const jobStateCodes: Readonly<Record<JobState, number>> = { running: 0, paused: 1, done: 2, cancelled: 3 }

const jobStates: readonly JobState[] = ['running', 'paused', 'done', 'cancelled']

export function jobOf(salt: string, row: Row): RedeliveryJob {
  const state = jobStates[Number(row['state'])]
  if (state === undefined)
    throw new Error(`The data file holds the job state ${Number(row['state'])}, which this version does not know.`)
  const filter: DeliveryFilter = JSON.parse(String(row['filter']))
  return {
    jobId: formatId('job', salt, Number(row['job'])),
    sdkAppId: Number(row['app']),
    state,
    filter,
    ratePerSecond: row['rate_per_second'] === null ? null : Number(row['rate_per_second']),
    total: Number(row['total']),
    exact: row['is_exact'] === 1,
    done: Number(row['done']),
    skipped: Number(row['skipped']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  }
}
