import type { DecisionDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { prettyJson } from '../text/pretty-json.ts'
import { Stranger } from '../text/stranger.tsx'
import { visibleText } from '../text/visible-text.ts'
import styles from './replaced.module.css'

type Difference = DecisionDetail['replaced'][number]

/** What the answer put in the place of the event's own, member by member: before and after. */
export function Replaced({ detail }: { detail: DecisionDetail }) {
  const { t } = useTranslation('decisions')
  if (detail.replaced.length === 0) return null
  return (
    <section>
      <h3 className={styles.title}>{t('replaced')}</h3>
      <ul className={styles.list}>
        {detail.replaced.map((difference) => (
          <li key={difference.pointer} className={styles.entry}>
            <Stranger text={difference.pointer} className={styles.pointer} />
            <DifferenceView difference={difference} />
          </li>
        ))}
      </ul>
      {detail.replacedIsCut && <p className={styles.note}>{t('replacedIsCut')}</p>}
    </section>
  )
}

function DifferenceView({ difference: { from, to } }: { difference: Difference }) {
  const { t } = useTranslation('decisions')
  if (from === undefined && to === undefined) return <p className={styles.note}>{t('valuesNotKept')}</p>
  return (
    <div className={styles.lines}>
      {from !== undefined && (
        <del className={styles.from}>
          <span className={styles.sign}>{t('before')}</span>
          <Value json={from} />
        </del>
      )}
      {to !== undefined && (
        <ins className={styles.to}>
          <span className={styles.sign}>{t('after')}</span>
          <Value json={to} />
        </ins>
      )}
    </div>
  )
}

function Value({ json }: { json: string }) {
  return (
    <pre className={styles.value}>
      <bdi>{visibleText(prettyJson(json) ?? json)}</bdi>
    </pre>
  )
}
