import { useNow } from './clock.tsx'
import { formatExact, formatRelative } from './format.ts'
import { useFormatTag } from './use-format-tag.ts'

/** How long ago, with the exact instant in the viewer's zone on hover. `at` is RFC 3339. */
export function Instant({ at, className }: { at: string; className?: string | undefined }) {
  const tag = useFormatTag()
  const now = useNow()
  const atMs = Date.parse(at)
  return (
    <time dateTime={at} title={formatExact(atMs, tag)} className={className}>
      {formatRelative(Math.min(atMs, now), now, tag)}
    </time>
  )
}

/** The exact instant, with how long ago on hover. */
export function ExactInstant({ at }: { at: string }) {
  const tag = useFormatTag()
  const now = useNow()
  const atMs = Date.parse(at)
  return (
    <time dateTime={at} title={formatRelative(atMs, now, tag)}>
      {formatExact(atMs, tag)}
    </time>
  )
}

/** An instant to come, as words: "in 28s". */
export function useWhen(): (at: string) => string {
  const tag = useFormatTag()
  const now = useNow()
  return (at) => formatRelative(Date.parse(at), now, tag)
}
