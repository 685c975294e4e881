import type { DecisionDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { formatDuration } from '../text/format.ts'
import { visibleText } from '../text/visible-text.ts'
import styles from './shadow-card.module.css'
import { VerdictMark } from './verdict-mark.tsx'

type Shadow = NonNullable<DecisionDetail['shadow']>

/** What counted beside what the shadow would have decided. */
export function ShadowCard({ detail, shadow }: { detail: DecisionDetail; shadow: Shadow }) {
  const { t } = useTranslation('decisions')
  return (
    <section>
      <h3 className={styles.title}>{t('shadow')}</h3>
      <p>{shadow.differs ? t('shadowWouldDiffer') : t('shadowAgrees')}</p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('counted')}</th>
            <th scope="col">{t('shadow')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('verdictOf')}</th>
            <td>
              <VerdictMark verdict={detail.verdict} />
            </td>
            <td>
              <VerdictMark verdict={shadow.verdict} />
            </td>
          </tr>
          <Row name={t('clientSees')} counted={clientText(detail)} shadow={clientText(shadow)} />
          <Row name={t('without')} counted={classText(detail.failureClass)} shadow={classText(shadow.failureClass)} />
          <Row name={t('time')} counted={timeText(detail.attempt)} shadow={timeText(shadow.attempt)} />
        </tbody>
      </table>
    </section>
  )

  function classText(failureClass: Shadow['failureClass']): string {
    return failureClass === null ? '–' : t(`failureClass.${failureClass}`)
  }
}

function Row(props: { name: string; counted: string; shadow: string }) {
  return (
    <tr>
      <th scope="row">{props.name}</th>
      <td>
        <bdi>{props.counted}</bdi>
      </td>
      <td>
        <bdi>{props.shadow}</bdi>
      </td>
    </tr>
  )
}

function clientText({ errorCode, errorInfo }: Pick<Shadow, 'errorCode' | 'errorInfo'>): string {
  return visibleText(`${errorCode} ${errorInfo}`.trim())
}

function timeText(attempt: Shadow['attempt']): string {
  return attempt === null ? '–' : formatDuration(attempt.durationMs)
}
