// Which time is looked at: the last so-and-so long, or from one instant to another. Pure.

/** The last so long, in milliseconds. */
export const spans = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 24 * 3_600_000,
  '7d': 7 * 24 * 3_600_000,
} as const
export type Span = keyof typeof spans

// eslint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are those that its type names
export const spanNames = Object.keys(spans) as Span[]

export interface TimeRange {
  readonly since?: Span
  /** RFC 3339; inclusive. */
  readonly from?: string
  /** RFC 3339; exclusive. */
  readonly to?: string
}

/** Reads a range; a span wins over instants, and what makes no sense is dropped. */
export function readTimeRange(words: Readonly<Record<string, unknown>>): TimeRange {
  const since = spanNames.find((known) => known === words['since'])
  if (since !== undefined) return { since }
  const from = readInstant(words['from'])
  const to = readInstant(words['to'])
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

/** An instant as people and machines write it: a day, a day and a time (both in the viewer's zone), or RFC 3339. */
function readInstant(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(value)) {
    return undefined
  }
  // A bare day would be read as one of UTC.
  const at = Date.parse(value.length === 10 ? `${value}T00:00` : value)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** The instants that a range stands for. @param now epoch milliseconds */
export function instantsOf({ since, from, to }: TimeRange, now: number): { from?: string; to?: string } {
  if (since !== undefined) return { from: new Date(now - spans[since]).toISOString() }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

/** Whether what came to be just now, or what is known to have come to be then, lies in the range. */
export function isInRange({ from, to }: TimeRange, createdAt: string): boolean {
  const at = Date.parse(createdAt)
  return (from === undefined || at >= Date.parse(from)) && (to === undefined || at < Date.parse(to))
}
