import type { DecisionDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { DifferenceList } from '../look/difference-list.tsx'
import styles from './replaced.module.css'

/** What the answer put in the place of the event's own, member by member. */
export function Replaced({ detail }: { detail: DecisionDetail }) {
  const { t } = useTranslation('decisions')
  if (detail.replaced.length === 0) return null
  const words = { before: t('before'), after: t('after'), notKept: t('valuesNotKept') }
  return (
    <section>
      <h3 className={styles.title}>{t('replaced')}</h3>
      <DifferenceList differences={detail.replaced} words={words} />
      {detail.replacedIsCut && <p className={styles.note}>{t('replacedIsCut')}</p>}
    </section>
  )
}
