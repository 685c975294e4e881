// How a redelivery job goes on, step by step.

import type { JobState, JobStep, RedeliveryJob } from '../port/redelivery.ts'

/** A job over nothing is done when it is made. */
export function firstState({ total, exact }: Pick<RedeliveryJob, 'total' | 'exact'>): JobState {
  return total === 0 && exact ? 'done' : 'running'
}

/** Whether a step may be taken: the job runs, and stands where it stood when the step was looked up. */
export function mayTakeStep(job: { readonly state: JobState; readonly position: number }, step: JobStep): boolean {
  return job.state === 'running' && job.position === step.from
}

/** @param moved how many deliveries of the step were moved */
export function jobAfterStep(
  job: Pick<RedeliveryJob, 'done' | 'skipped' | 'total' | 'exact'>,
  step: JobStep,
  moved: number,
): Pick<RedeliveryJob, 'done' | 'skipped' | 'state'> {
  const done = job.done + moved
  const skipped = job.skipped + step.deliveryIds.length - moved
  if (!step.isLast) return { done, skipped, state: 'running' }
  // If the total is exact, whatever was not moved had changed before the job came to it.
  return { done, skipped: job.exact ? Math.max(skipped, job.total - done) : skipped, state: 'done' }
}
