import { Tabs } from '@mantine/core'
import type { Attempt, DeliveryDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { useCause } from '../../text/use-cause.ts'
import { AdviceList } from './advice-list.tsx'
import { AnswerTab } from './answer-tab.tsx'
import styles from './attempt-view.module.css'
import { ConnectionTab } from './connection-tab.tsx'
import { detailTabs, type DetailTab } from '../delivery-search.ts'
import { PhaseTable } from './phase-bar.tsx'
import { RequestTab } from './request-tab.tsx'

/** One attempt: where its time went; its request, its answer, and what was learnt about the connection. */
export function AttemptView(props: {
  detail: DeliveryDetail
  /** Absent if none was made yet: the request's body is there all the same. */
  attempt: Attempt | undefined
  tab: DetailTab
  onTab: (tab: DetailTab) => void
}) {
  const { t } = useTranslation()
  const { attempt, detail } = props
  const choose = (value: string | null) => {
    const tab = detailTabs.find((known) => known === value)
    if (tab !== undefined) props.onTab(tab)
  }
  return (
    <section className={styles.view}>
      {attempt !== undefined && (
        <>
          <h3 className={styles.title}>{t('detail.attempt', { number: attempt.number })}</h3>
          {attempt !== detail.attempts.at(-1) && <Earlier attempt={attempt} />}
          <PhaseTable attempt={attempt} />
        </>
      )}
      <Tabs value={props.tab} onChange={choose} keepMounted={false} className={styles.tabs}>
        <Tabs.List>
          <Tabs.Tab value="request">{t('detail.request')}</Tabs.Tab>
          <Tabs.Tab value="answer">{t('detail.answer')}</Tabs.Tab>
          <Tabs.Tab value="connection">{t('detail.connection')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="request" className={styles.panel}>
          <RequestTab detail={detail} attempt={attempt} />
        </Tabs.Panel>
        <Tabs.Panel value="answer" className={styles.panel}>
          <AnswerTab attempt={attempt} />
        </Tabs.Panel>
        <Tabs.Panel value="connection" className={styles.panel}>
          <ConnectionTab attempt={attempt} />
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}

/** The diagnosis of an attempt that is not the last, whose diagnosis stands on top. */
function Earlier({ attempt }: { attempt: Attempt }) {
  const { t, i18n } = useTranslation()
  const causeOf = useCause()
  if (attempt.symptom === 'none') return null
  return (
    <div className={styles.earlier}>
      <p>
        {causeOf(attempt)} <code>{attempt.detail}</code>
      </p>
      <AdviceList
        sentences={i18n.language === 'zh' ? attempt.advice.zh : attempt.advice.en}
        heading={t(`symptom.${attempt.symptom}`)}
      />
    </div>
  )
}
