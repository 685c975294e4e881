import type { Decision } from 'livehook/contract'
import { useTranslation } from 'react-i18next'

/** Why a policy decided, in a few words; empty if the app did. */
export function useReason(): (decision: Pick<Decision, 'rule' | 'failureClass'>) => string {
  const { t } = useTranslation('decisions')
  return ({ rule, failureClass }) => {
    if (failureClass !== null) return t('byPolicy', { reason: t(`failureClass.${failureClass}`) })
    return rule === 'not_subscribed' ? t('notSubscribed') : t('by.policy')
  }
}
