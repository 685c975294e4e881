// The schedule of retries as people write it: `5s, 30s, 2m, 1h`. Pure.

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Most retries a webhook may have, and the longest wait before one. */
const maxRetries = 32
const maxSeconds = 86_400

/** Seconds in the largest unit that they fill. */
export function formatSeconds(seconds: number): string {
  for (const unit of ['d', 'h', 'm']) {
    const size = unitSeconds[unit] ?? 1
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`
  }
  return `${seconds}s`
}

/**
 * Reads waits between commas or spaces; a number without a unit is seconds.
 * @returns seconds, or `undefined` if one cannot be read or is out of bounds, or there is none
 */
export function parseSchedule(text: string): number[] | undefined {
  const words = text.split(/[\s,，、;]+/).filter((word) => word !== '')
  const seconds = words.map(parseWait)
  if (seconds.length === 0 || seconds.length > maxRetries) return undefined
  return seconds.every((each) => each >= 1 && each <= maxSeconds) ? seconds : undefined
}

function parseWait(word: string): number {
  const [, digits = '', unit = 's'] = /^(\d{1,6})([smhd]?)$/.exec(word) ?? []
  return digits === '' ? Number.NaN : Number(digits) * (unitSeconds[unit === '' ? 's' : unit] ?? Number.NaN)
}
