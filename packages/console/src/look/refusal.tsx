import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { visibleText } from '../text/visible-text.ts'

/** Refusals that the console says in its own words, and so in the language that is spoken. */
const known = [
  'unreachable',
  'unauthorized',
  'forbidden',
  'wrong_role',
  'last_admin_key',
  'delivery_not_final',
  'webhook_stopped',
  'delivery_in_flight',
  'delivery_ended',
  'delivery_cancelled',
  'webhook_gone',
  'body_not_kept',
  'redelivery_ended',
  'too_many_requests',
  'store_unavailable',
  'stopping',
] as const

/** What an error means to a person. What the console has no words for is said in the API's own. */
export function useRefusalText(): (error: Error) => string {
  const { t } = useTranslation()
  return (error) => {
    if (!(error instanceof ApiError)) return visibleText(error.message)
    const code = known.find((one) => one === error.code)
    return code === undefined ? visibleText(error.detail ?? error.message) : t(`refusal.${code}`)
  }
}

/** Why something was not done. */
export function Refusal({ error, className }: { error: Error | null; className?: string | undefined }) {
  const textOf = useRefusalText()
  if (error === null) return null
  return (
    <p className={className} role="alert">
      {textOf(error)}
    </p>
  )
}
