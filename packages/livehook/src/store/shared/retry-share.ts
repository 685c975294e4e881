// How the places of a claim are shared: first attempts before retries, but never without the retries' share (I6).

/** One place in so many is a retry's, if one is due. A claim of a single place gives it every so many times. */
const placesPerRetry = 4

/**
 * Makes the count of a process: claims of single places are counted per webhook.
 * @returns how many places of a claim are kept for retries
 */
export function createRetryPlaces(): (webhook: number, limit: number) => number {
  const single = new Map<number, number>()
  return (webhook, limit) => {
    if (limit !== 1) return limit === 0 ? 0 : Math.max(1, Math.floor(limit / placesPerRetry))
    const count = (single.get(webhook) ?? 0) + 1
    single.set(webhook, count % placesPerRetry)
    return count === placesPerRetry ? 1 : 0
  }
}
