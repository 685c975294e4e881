// How much an app's senders may hand in. Pure: a bucket that holds one second's worth and fills all the time.

export interface Quota {
  /** How many events per second; `null` for as many as they like. A batch counts its lines. */
  readonly eventsPerSecond: number | null
  readonly asksPerSecond: number | null
}

export const noQuota: Quota = { eventsPerSecond: null, asksPerSecond: null }

export interface QuotaBucket {
  /** May be fractional, and below nothing after a batch that was larger than a second's worth. */
  readonly tokens: number
  /** Epoch milliseconds at which `tokens` was true. */
  readonly at: number
}

export type QuotaVerdict =
  | { readonly kind: 'taken'; readonly bucket: QuotaBucket }
  | { readonly kind: 'refused'; readonly bucket: QuotaBucket; readonly retryAfterSeconds: number }

/** No one knows when a quota of nothing is raised. */
const closedRetrySeconds = 3600

/** What fits: a second's worth, but at least one. */
function capacity(perSecond: number): number {
  return Math.max(1, perSecond)
}

/**
 * Takes `count` out of a bucket, or says after how many seconds it may be tried again. A batch that is larger than the bucket
 * passes when the bucket is full, and what it took too much is paid back before anything else passes: over time no more comes in
 * than the quota says.
 * @param now epoch milliseconds; a clock that went back fills nothing
 */
export function takeQuota(
  bucket: QuotaBucket | undefined,
  perSecond: number,
  { count, now }: { readonly count: number; readonly now: number },
): QuotaVerdict {
  if (perSecond <= 0) return { kind: 'refused', bucket: { tokens: 0, at: now }, retryAfterSeconds: closedRetrySeconds }
  const most = capacity(perSecond)
  const elapsedMs = bucket === undefined ? 0 : Math.max(0, now - bucket.at)
  const tokens = bucket === undefined ? most : Math.min(most, bucket.tokens + (elapsedMs * perSecond) / 1000)
  const needed = Math.min(count, most)
  if (tokens >= needed) return { kind: 'taken', bucket: { tokens: tokens - count, at: now } }
  const retryAfterSeconds = Math.max(1, Math.ceil((needed - tokens) / perSecond))
  return { kind: 'refused', bucket: { tokens, at: now }, retryAfterSeconds }
}
