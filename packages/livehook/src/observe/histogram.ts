// How long things take, counted into buckets as Prometheus wants them.

export interface Histogram {
  /** @param milliseconds that something took */
  note(milliseconds: number): void
  /** Upper bounds in seconds, each with how many took no longer; the last bound is infinite. */
  buckets(): readonly (readonly [upTo: number, count: number])[]
  readonly sumSeconds: number
  readonly count: number
}

/** In seconds: from what a commit takes to what a receiver may take. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const

export function createHistogram(): Histogram {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0)
  let sum = 0
  let count = 0
  return {
    note(milliseconds) {
      const seconds = milliseconds / 1000
      const found = bounds.findIndex((bound) => seconds <= bound)
      const place = found < 0 ? bounds.length : found
      counts[place] = (counts[place] ?? 0) + 1
      sum += seconds
      count += 1
    },
    buckets() {
      let below = 0
      return counts.map((each, place) => {
        below += each
        return [bounds[place] ?? Infinity, below] as const
      })
    },
    get sumSeconds() {
      return sum
    },
    get count() {
      return count
    },
  }
}
