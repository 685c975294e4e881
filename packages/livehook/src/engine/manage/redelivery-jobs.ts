// Redelivery over a filter: a job that the store keeps, taken forward in small steps, never faster than its rate. A step
// and the job's own progress are one commit, so that a restart goes on where the last commit stood.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { DeliveryFilter } from '../../store/port/deliveries.ts'
import type { Store } from '../../store/port/port.ts'
import type { RedeliveryJob } from '../../store/port/redelivery.ts'
import type { Deliverer } from '../deliver/deliver.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'
import type { Leases } from '../kept/leases.ts'
import type { Log } from '../../observe/log.ts'

export interface RedeliveryJobsDeps {
  readonly store: Pick<Store, 'countForJob' | 'createJob' | 'moveJob' | 'openJobs' | 'nextStep' | 'takeStep'>
  readonly deliverer: Pick<Deliverer, 'refresh' | 'push'>
  readonly webhooks: Pick<WebhookRegistry, 'ofApp'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Milliseconds of the process's own clock: a rate goes by it. */
  readonly monotonic: () => number
  readonly log: Log
  /** Of several processes one takes the jobs forward, so that a rate is a rate. */
  readonly leases: Pick<Leases, 'holds'>
}

export interface RedeliveryJobs {
  /** How many deliveries a job over this filter would move. */
  count(filter: DeliveryFilter): Promise<{ readonly count: number; readonly exact: boolean }>
  create(filter: DeliveryFilter, ratePerSecond: number | null): Promise<RedeliveryJob>
  /** @throws ServiceError `not_found`, `redelivery_ended` */
  move(jobId: string, state: 'running' | 'paused' | 'cancelled'): Promise<RedeliveryJob>
  /** Goes on with the jobs of the last process, and with those that another one made or left. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Deliveries that one commit moves at most: some 5 ms of work. */
const maxPerStep = 200
/** A rate is spread over so many steps a second. */
const stepsPerSecond = 4
/** Between two steps without a rate: the main flow has its turn. */
const pauseMs = 10
const troublePauseMs = 1000
/** Jobs that another process made or left are noticed so soon. */
const lookEveryMs = 5000

export function createRedeliveryJobs(deps: RedeliveryJobsDeps): RedeliveryJobs {
  const pace = createPace(deps.monotonic)
  const timers = new Map<string, NodeJS.Timeout>()
  /** Steps under way, by job. */
  const working = new Map<Promise<void>, string>()
  let running = false
  let lookTimer: NodeJS.Timeout | undefined

  const schedule = (job: RedeliveryJob): void => {
    if (!running || timers.has(job.jobId)) return
    const timer = setTimeout(() => {
      timers.delete(job.jobId)
      const work = takeForward(job).finally(() => working.delete(work))
      working.set(work, job.jobId)
    }, pace.waitMs(job))
    timers.set(job.jobId, timer)
  }

  /** Takes up what runs and is not taken forward here. */
  const look = async (): Promise<void> => {
    const mine = new Set([...timers.keys(), ...working.values()])
    for (const job of await deps.store.openJobs()) {
      if (job.state !== 'running' || mine.has(job.jobId)) continue
      // Another process may have taken a step just now.
      pace.rest(job.jobId, 1000 / stepsPerSecond)
      schedule(job)
    }
  }

  const takeForward = async (job: RedeliveryJob): Promise<void> => {
    try {
      // Another process goes on with it; it is looked at again.
      if (!(await deps.leases.holds('redelivery-jobs'))) return
      const next = await takeOneStep(deps, job, pace)
      if (next?.state === 'running') schedule(next)
      else if (next !== undefined && next.state !== 'paused') pace.forget(job.jobId)
    } catch (error) {
      deps.log.warn({ err: error, jobId: job.jobId }, 'a redelivery did not get on; trying again')
      pace.rest(job.jobId, troublePauseMs)
      schedule(job)
    }
  }

  return {
    count: (filter) => deps.store.countForJob(filter, deps.now()),
    async create(filter, ratePerSecond) {
      const createdAt = deps.now()
      const { count, exact } = await deps.store.countForJob(filter, createdAt)
      const job = await deps.store.createJob({ filter, ratePerSecond, total: count, exact, createdAt })
      if (count > 0) pushAll(deps, filter)
      if (job.state === 'running') schedule(job)
      return job
    },
    async move(jobId, state) {
      const job = await deps.store.moveJob(jobId, state, deps.now())
      if (job === undefined) throw new ServiceError('not_found', `There is no redelivery ${JSON.stringify(jobId)}.`)
      if (job.state !== state) {
        throw new ServiceError('redelivery_ended', `It is ${job.state}. POST …/redeliveries starts another one.`)
      }
      if (state === 'running') schedule(job)
      return job
    },
    async start() {
      running = true
      await look()
      lookTimer = setInterval(() => {
        look().catch((error: unknown) =>
          deps.log.warn({ err: error }, 'open redeliveries could not be read; trying again'),
        )
      }, lookEveryMs)
    },
    async stop() {
      running = false
      clearInterval(lookTimer)
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      await Promise.all(working.keys())
    },
  }
}

/** A person wants these now: every breaker that is in the way lets one attempt through, and then goes by how it ends. */
function pushAll(deps: Pick<RedeliveryJobsDeps, 'deliverer' | 'webhooks'>, filter: DeliveryFilter): void {
  for (const { webhook } of deps.webhooks.ofApp(filter.sdkAppId)) {
    if (filter.webhookId === undefined || filter.webhookId === webhook.webhookId) deps.deliverer.push(webhook.webhookId)
  }
}

async function takeOneStep(
  deps: RedeliveryJobsDeps,
  job: RedeliveryJob,
  pace: Pace,
): Promise<RedeliveryJob | undefined> {
  const step = await deps.store.nextStep(job.jobId, stepSize(job))
  if (step === undefined) return undefined
  const next = await deps.store.takeStep(step, deps.now())
  // From the commit on: a slow one must not push two steps together.
  pace.count(job, step.deliveryIds.length)
  if (step.deliveryIds.length > 0) deps.deliverer.refresh()
  return next
}

function stepSize({ ratePerSecond }: RedeliveryJob): number {
  if (ratePerSecond === null) return maxPerStep
  return Math.min(maxPerStep, Math.max(1, Math.floor(ratePerSecond / stepsPerSecond)))
}

interface Pace {
  /** How long a job must wait before its next step. */
  waitMs(job: RedeliveryJob): number
  /** A step of so many deliveries was taken now. */
  count(job: RedeliveryJob, deliveries: number): void
  rest(jobId: string, ms: number): void
  forget(jobId: string): void
}

/** Remembers when each job may take its next step, also while it is paused. */
function createPace(monotonic: () => number): Pace {
  const nextAt = new Map<string, number>()
  return {
    waitMs: ({ jobId }) => Math.max(0, (nextAt.get(jobId) ?? 0) - monotonic()),
    count({ jobId, ratePerSecond }, deliveries) {
      const ms = ratePerSecond === null ? pauseMs : Math.max(pauseMs, (deliveries * 1000) / ratePerSecond)
      nextAt.set(jobId, monotonic() + ms)
    },
    rest(jobId, ms) {
      nextAt.set(jobId, Math.max(nextAt.get(jobId) ?? 0, monotonic() + ms))
    },
    forget: (jobId) => nextAt.delete(jobId),
  }
}
