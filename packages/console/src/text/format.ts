// Numbers and times as people read them, in their language and zone. Pure: `now` is handed in.

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Older instants are told by their date: "9 days ago" says less than the date does. */
const longestRelativeMs = 7 * dayMs

/**
 * How long ago (or how soon) something is.
 * @param at epoch milliseconds
 * @param now epoch milliseconds
 * @param language a BCP 47 tag
 */
export function formatRelative(at: number, now: number, language: string): string {
  const distanceMs = at - now
  const magnitudeMs = Math.abs(distanceMs)
  if (magnitudeMs > longestRelativeMs) {
    return new Intl.DateTimeFormat(language, { year: 'numeric', month: 'short', day: 'numeric' }).format(at)
  }
  const format = relativeFormat(language)
  if (magnitudeMs < minuteMs) return format.format(Math.round(distanceMs / secondMs), 'second')
  if (magnitudeMs < hourMs) return format.format(Math.trunc(distanceMs / minuteMs), 'minute')
  if (magnitudeMs < dayMs) return format.format(Math.trunc(distanceMs / hourMs), 'hour')
  return format.format(Math.trunc(distanceMs / dayMs), 'day')
}

function relativeFormat(language: string): Intl.RelativeTimeFormat {
  // "now" instead of "in 0 sec."
  return new Intl.RelativeTimeFormat(language, {
    style: language.startsWith('zh') ? 'long' : 'narrow',
    numeric: 'auto',
  })
}

/** How long until something, as a clock counts it down: `0:07`, `3:12`, `1:02:03`. */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / secondMs))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const tail = String(seconds % 60).padStart(2, '0')
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`
}

/** The exact instant in the viewer's zone, to the millisecond, with the zone's name. */
export function formatExact(at: number, language: string): string {
  const instant = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(at)
  // Apart, since some languages put the zone between the day and the time.
  const zone = new Intl.DateTimeFormat(language, { timeZoneName: 'short' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')
  return zone === undefined ? instant : `${instant} ${zone.value}`
}

/** Day and time to the minute, in the viewer's zone: for the ends of a range. */
export function formatShort(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
}

/** Clock time only, in the viewer's zone: for lists whose entries lie close together. */
export function formatClock(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(at)
}

/** Clock time to the second, in the viewer's zone. */
export function formatClockTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' }).format(at)
}

/** A duration with as many digits as matter: `0.4 ms`, `12 ms`, `1.23 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs >= secondMs) return `${(durationMs / secondMs).toFixed(durationMs >= 10 * secondMs ? 1 : 2)} s`
  if (durationMs >= 10) return `${Math.round(durationMs)} ms`
  return `${Number(durationMs.toFixed(durationMs >= 1 ? 1 : 2))} ms`
}

/** How long something lasts, in the largest unit that fits: `23 sec`, `5 min`, `3 hr`. */
export function formatSpan(spanMs: number, language: string): string {
  const [unit, unitMs] =
    spanMs < 2 * minuteMs
      ? (['second', secondMs] as const)
      : spanMs < 2 * hourMs
        ? (['minute', minuteMs] as const)
        : (['hour', hourMs] as const)
  const count = Math.max(0, Math.floor(spanMs / unitMs))
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count)
}

/** A size in bytes, with grouping: `4,096 B`, or `64.0 KiB` from ten thousand on. */
export function formatBytes(bytes: number, language: string): string {
  if (bytes < 10_000) return `${new Intl.NumberFormat(language).format(bytes)} B`
  return `${(bytes / 1024).toFixed(1)} KiB`
}
