import type { DecisionDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { AdviceList } from '../deliveries/detail/advice-list.tsx'
import styles from '../deliveries/detail/diagnosis-card.module.css'
import { classes } from '../look/classes.ts'
import { useCause } from '../text/use-cause.ts'
import { visibleText } from '../text/visible-text.ts'

/** First of all, in words: what was decided, by whom, what the client sees; and where no one answered, why and what to do. */
export function VerdictCard({ detail }: { detail: DecisionDetail }) {
  const { t, i18n } = useTranslation('decisions')
  const { t: base } = useTranslation()
  const causeOf = useCause()
  const { attempt, failureClass } = detail
  const symptom = attempt?.symptom ?? 'none'
  const heading = t(`headline.${detail.verdict}_${detail.decidedBy}`)
  return (
    <section className={classes(styles.card, styles[toneOf(detail)])} aria-label={t('verdictOf')}>
      <h3 className={styles.title}>{heading}</h3>
      <ClientSees detail={detail} />
      {failureClass !== null && (
        <p>
          {t('because', { reason: t(`failureClass.${failureClass}`) })}{' '}
          {attempt !== null && symptom !== 'none' && (
            <>
              {causeOf(attempt)} <code>{attempt.detail}</code>
            </>
          )}
        </p>
      )}
      <NoVerdict detail={detail} />
      {detail.decidedBy === 'policy' && <p>{t(`ruleText.${ruleKind(detail.rule)}`)}</p>}
      <AdviceList
        sentences={i18n.language === 'zh' ? detail.advice.zh : detail.advice.en}
        heading={symptom === 'none' ? heading : base(`symptom.${symptom}`)}
      />
    </section>
  )
}

function ClientSees({ detail }: { detail: DecisionDetail }) {
  const { t } = useTranslation('decisions')
  if (detail.verdict !== 'deny') return null
  return (
    <p>
      {t('clientSees')} <code>{detail.errorCode}</code>{' '}
      {detail.errorInfo !== '' && <bdi>{visibleText(detail.errorInfo)}</bdi>}
    </p>
  )
}

/** If an answer arrived and decided nothing: why. */
function NoVerdict({ detail: { noVerdict } }: { detail: DecisionDetail }) {
  const { t } = useTranslation('decisions')
  if (noVerdict === null) return null
  const { reason, member } = noVerdict
  switch (reason) {
    case 'unreadable':
    case 'no_error_code':
    case 'negative_code':
    case 'unknown_code':
    case 'bad_member':
      return <p>{t(`noVerdict.${reason}`, { member: visibleText(member ?? '') })}</p>
    default:
      return (
        <p>
          <code>{visibleText(reason)}</code>
        </p>
      )
  }
}

function toneOf({ verdict, failureClass }: DecisionDetail): 'ok' | 'wait' | 'bad' {
  if (verdict === 'deny') return 'bad'
  return failureClass === null && verdict === 'allow' ? 'ok' : 'wait'
}

function ruleKind(rule: string | null): 'default' | 'policy' | 'switch' | 'not_subscribed' {
  if (rule === 'not_subscribed') return 'not_subscribed'
  if (rule?.startsWith('policy:') === true) return 'policy'
  return rule?.startsWith('switch:') === true ? 'switch' : 'default'
}
