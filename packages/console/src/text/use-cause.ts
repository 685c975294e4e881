import { useTranslation } from 'react-i18next'
import type { Attempt } from 'livehook/contract'
import type { cause } from '../i18n/en/cause.ts'

type Failed = Pick<Attempt, 'symptom' | 'detail'>

/**
 * What was wrong with an attempt, in plain words that name the one cause: a name that does not exist never "times out".
 * A detail that this console does not know is said by its symptom and its code.
 */
export function useCause(): (attempt: Failed) => string {
  const { t, i18n } = useTranslation()
  const isKnown = (detail: string): detail is keyof typeof cause =>
    detail !== 'status' && i18n.exists(`cause.${detail}`)
  return ({ symptom, detail }) => {
    if (symptom === 'none') return t('symptom.none')
    if (isKnown(detail)) return t(`cause.${detail}`, { status: '' })
    const status = /^status_(\d{3})$/.exec(detail)?.[1]
    if (status === undefined) return `${t(`symptom.${symptom}`)} (${detail})`
    const group = status.startsWith('3') ? 'status_redirect' : status.startsWith('5') ? 'status_5xx' : 'status'
    return t(`cause.${group}`, { status })
  }
}
