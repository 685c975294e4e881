import { Tabs } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Attempt, DecisionDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { AnswerTab } from '../deliveries/detail/answer-tab.tsx'
import attemptStyles from '../deliveries/detail/attempt-view.module.css'
import { ConnectionTab } from '../deliveries/detail/connection-tab.tsx'
import facts from '../deliveries/detail/delivery-view.module.css'
import { PhaseTable } from '../deliveries/detail/phase-bar.tsx'
import { RequestHead } from '../deliveries/detail/request-tab.tsx'
import { CopyIconButton } from '../look/copy-button.tsx'
import { ExactInstant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { DeadlineBar } from './deadline-bar.tsx'
import { decisionTabs, type DecisionTab } from './decision-search.ts'
import { Replaced } from './replaced.tsx'
import { ShadowCard } from './shadow-card.tsx'
import { VerdictCard } from './verdict-card.tsx'

export interface DecisionViewProps {
  detail: DecisionDetail
  webhookNames: ReadonlyMap<string, string>
  tab: DecisionTab | undefined
  onTab: (tab: DecisionTab) => void
}

/** All that is known of a decision: the verdict in words, the time against the deadline, what was changed, the exchange. */
export function DecisionView({ detail, webhookNames, tab, onTab }: DecisionViewProps) {
  return (
    <>
      <VerdictCard detail={detail} />
      <DeadlineBar durationMs={detail.durationMs} deadlineMs={detail.deadlineMs} />
      <Facts detail={detail} webhookNames={webhookNames} />
      <Replaced detail={detail} />
      {detail.shadow !== null && <ShadowCard detail={detail} shadow={detail.shadow} />}
      <Exchange detail={detail} tab={tab} onTab={onTab} />
    </>
  )
}

function Facts({ detail, webhookNames }: Pick<DecisionViewProps, 'detail' | 'webhookNames'>) {
  const { t } = useTranslation('decisions')
  const { t: base } = useTranslation()
  const { webhookId } = detail
  const params = { sdkAppId: String(detail.sdkAppId) }
  return (
    <dl className={facts.facts}>
      <div>
        <dt>{t('region')}</dt>
        <dd className={facts.id}>
          <code>{detail.decisionId}</code>
          <CopyIconButton text={detail.decisionId} label={base('copy.copy')} />
        </dd>
      </div>
      <div>
        <dt>{t('asked')}</dt>
        <dd>
          <ExactInstant at={detail.createdAt} />
        </dd>
      </div>
      <div>
        <dt>{base('detail.webhook')}</dt>
        <dd>
          {webhookId === null ? (
            <em>{t('notSubscribed')}</em>
          ) : (
            <Link to="/apps/$sdkAppId/decisions" params={params} search={{ webhook: webhookId }}>
              <Stranger text={webhookNames.get(webhookId) ?? base('deliveries.deletedWebhook')} />
            </Link>
          )}
          {detail.asked === 'trial' && ` · ${t('askedTrial')}`}
        </dd>
      </div>
      <div>
        <dt>{t('rule')}</dt>
        <dd>{detail.rule === null ? t('ruleApp') : <Stranger text={detail.rule} />}</dd>
      </div>
    </dl>
  )
}

/** The exchange with the receiver: where its time went, what was answered, how it was reached. */
function Exchange({ detail, tab, onTab }: Pick<DecisionViewProps, 'detail' | 'tab' | 'onTab'>) {
  const { t } = useTranslation('decisions')
  const { t: base } = useTranslation()
  const { attempt: made, evidence } = detail
  if (made === null || evidence === null) {
    return made === null ? <p className={attemptStyles.earlier}>{t('notSent')}</p> : null
  }
  const attempt: Attempt = { ...made, number: 1, evidence, advice: detail.advice }
  const shown = tab ?? (evidence.status === undefined ? 'connection' : 'answer')
  const choose = (value: string | null) => {
    const chosen = decisionTabs.find((known) => known === value)
    if (chosen !== undefined) onTab(chosen)
  }
  return (
    <section className={attemptStyles.view}>
      <h3 className={attemptStyles.title}>{t('exchange')}</h3>
      <PhaseTable attempt={attempt} />
      <Tabs value={shown} onChange={choose} keepMounted={false} className={attemptStyles.tabs}>
        <Tabs.List>
          <Tabs.Tab value="request">{base('detail.request')}</Tabs.Tab>
          <Tabs.Tab value="answer">{base('detail.answer')}</Tabs.Tab>
          <Tabs.Tab value="connection">{base('detail.connection')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="request" className={attemptStyles.panel}>
          <RequestHead evidence={evidence} />
        </Tabs.Panel>
        <Tabs.Panel value="answer" className={attemptStyles.panel}>
          <AnswerTab attempt={attempt} />
        </Tabs.Panel>
        <Tabs.Panel value="connection" className={attemptStyles.panel}>
          <ConnectionTab attempt={attempt} />
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}
