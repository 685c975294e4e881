import type { Decision } from 'livehook/contract'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RowPlace } from '../feed/feed-list.tsx'
import { FeedRow, rowParts as styles } from '../feed/feed-row.tsx'
import { classes } from '../look/classes.ts'
import { formatDuration } from '../text/format.ts'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { VerdictMark } from './verdict-mark.tsx'
import { useReason } from './use-reason.ts'

export interface DecisionRowProps extends RowPlace {
  decision: Decision
  webhookName: string | undefined
  onOpen: (decisionId: string) => void
}

/** One decision in the list: verdict, command, when; who decided and why, how long it took of the time there was. */
export const DecisionRow = memo(function DecisionRow(props: DecisionRowProps) {
  const { t } = useTranslation('decisions')
  const { decision } = props
  return (
    <FeedRow place={props} onOpen={props.onOpen}>
      <span className={styles.state}>
        <VerdictMark verdict={decision.verdict} />
        {decision.verdict === 'deny' && <span className={styles.next}>{decision.errorCode}</span>}
      </span>
      <Stranger text={decision.command} className={styles.command} />
      <Instant at={decision.createdAt} className={styles.when} />
      <span className={styles.about}>
        <Why decision={decision} />
        {decision.shadowDiffers === true && (
          <>
            <span className={styles.wait}>{t('shadowDiffers')}</span>
            <span aria-hidden>·</span>
          </>
        )}
        {props.webhookName !== undefined && <Stranger text={props.webhookName} className={styles.whose} />}
      </span>
      <span className={styles.tries}>{formatDuration(decision.durationMs)}</span>
    </FeedRow>
  )
})

/** Who decided; if a policy did, why it had to. */
function Why({ decision }: { decision: Decision }) {
  const { t } = useTranslation('decisions')
  const reasonOf = useReason()
  const isPolicy = decision.decidedBy === 'policy'
  return (
    <>
      <span className={classes(styles.trouble, isPolicy && decision.failureClass !== null && styles.wait)}>
        {isPolicy ? reasonOf(decision) : t('by.app')}
      </span>
      <span aria-hidden>·</span>
    </>
  )
}
