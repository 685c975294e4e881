import { useTranslation } from 'react-i18next'
import { useNow } from './clock.tsx'
import { formatExact, formatRelative } from './format.ts'

/** How long ago, with the exact instant in the viewer's zone on hover. `at` is RFC 3339. */
export function Instant({ at, className }: { at: string; className?: string | undefined }) {
  const { i18n } = useTranslation()
  const now = useNow()
  const atMs = Date.parse(at)
  return (
    <time dateTime={at} title={formatExact(atMs, i18n.language)} className={className}>
      {formatRelative(Math.min(atMs, now), now, i18n.language)}
    </time>
  )
}

/** The exact instant, with how long ago on hover. */
export function ExactInstant({ at }: { at: string }) {
  const { i18n } = useTranslation()
  const now = useNow()
  const atMs = Date.parse(at)
  return (
    <time dateTime={at} title={formatRelative(atMs, now, i18n.language)}>
      {formatExact(atMs, i18n.language)}
    </time>
  )
}

/** An instant to come, as words: "in 28s". */
export function useWhen(): (at: string) => string {
  const { i18n } = useTranslation()
  const now = useNow()
  return (at) => formatRelative(Date.parse(at), now, i18n.language)
}
