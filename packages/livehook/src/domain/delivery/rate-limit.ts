// At most so many attempts a second, evenly: a bucket that holds one second's worth and fills all the time. Pure.

export interface Bucket {
  /** May be fractional; a whole one is one attempt. */
  readonly tokens: number
  /** Epoch milliseconds at which `tokens` was true. */
  readonly at: number
}

/** How much fits into the bucket: a tenth of a second's worth, so that nothing comes in one burst, but at least one. */
function capacity(ratePerSecond: number): number {
  return Math.max(1, ratePerSecond / 10)
}

export function fullBucket(ratePerSecond: number, now: number): Bucket {
  return { tokens: capacity(ratePerSecond), at: now }
}

/** The bucket as it is now. A clock that went back fills nothing and takes nothing. */
export function fill(bucket: Bucket, ratePerSecond: number, now: number): Bucket {
  const elapsedMs = Math.max(0, now - bucket.at)
  return { tokens: Math.min(capacity(ratePerSecond), bucket.tokens + (elapsedMs * ratePerSecond) / 1000), at: now }
}

/** How many attempts may start now. */
export function available(bucket: Bucket): number {
  return Math.floor(bucket.tokens)
}

export function take(bucket: Bucket, count: number): Bucket {
  return { ...bucket, tokens: bucket.tokens - count }
}

/** Milliseconds until one more attempt may start; `Infinity` at a rate of nothing. */
export function waitMs(bucket: Bucket, ratePerSecond: number): number {
  if (bucket.tokens >= 1) return 0
  return ratePerSecond <= 0 ? Number.POSITIVE_INFINITY : Math.ceil(((1 - bucket.tokens) * 1000) / ratePerSecond)
}
