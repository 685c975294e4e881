import type { Incident } from 'livehook/contract'
import { useState } from 'react'

/** A speed is measured over this long at most. */
const windowMs = 30_000

interface Sample {
  readonly at: number
  readonly succeeded: number
}

export interface Drain {
  readonly perSecond: number
  /** How long what waits still takes at that speed. */
  readonly leftMs: number
}

/**
 * How fast a backlog is brought out, and how long that still takes: by what succeeded between two readings.
 * @param readAt when the incident was read, epoch milliseconds
 * @returns `undefined` until something was brought out
 */
export function useDrain({ succeeded, waiting }: Incident, readAt: number): Drain | undefined {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const next = samplesAfter(samples, { at: readAt, succeeded })
  if (next !== samples) setSamples(next)
  return drainOf(next, waiting)
}

/** Pure: the samples with a new one; a restart of the service counts from 0, and so do we. */
export function samplesAfter(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1)
  if (last?.at === sample.at) return samples
  if (last !== undefined && last.succeeded > sample.succeeded) return [sample]
  return [...samples.filter(({ at }) => at > sample.at - windowMs), sample]
}

/** Pure. */
export function drainOf(samples: readonly Sample[], waiting: number): Drain | undefined {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || last.at <= first.at) return undefined
  const perSecond = ((last.succeeded - first.succeeded) * 1000) / (last.at - first.at)
  return perSecond <= 0 ? undefined : { perSecond, leftMs: (waiting / perSecond) * 1000 }
}
