import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { WebhookKey } from '../../api/webhook-path.ts'
import { CommandBlock } from '../../look/command-block.tsx'
import { Refusal } from '../../look/refusal.tsx'
import { useServices } from '../../services.ts'
import { useNow } from '../../text/clock.tsx'
import styles from './test-tab.module.css'

/** A request as it would leave right now, to be sent by hand. It is signed, and so asked for by a click of its own. */
export function SampleRequest({ webhook }: { webhook: WebhookKey }) {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const now = useNow()
  const make = useMutation({ networkMode: 'always', mutationFn: () => api.sampleRequest(webhook) })
  const until = make.data?.signedUntil ?? null
  const isOver = until !== null && Date.parse(until) <= now
  return (
    <section className={styles.byHand} aria-label={t('byHand.title')}>
      <h2 className={styles.byHandTitle}>{t('byHand.title')}</h2>
      <p className={styles.hint}>{t('byHand.lead')}</p>
      <div>
        <Button variant="default" size="compact-sm" loading={make.isPending} onClick={() => make.mutate()}>
          {make.data === undefined ? t('byHand.make') : t('byHand.again')}
        </Button>
      </div>
      <Refusal error={make.error} className={styles.error} />
      {make.data !== undefined && (
        <>
          <CommandBlock command={make.data.curl} />
          {until !== null && <p className={styles.hint}>{isOver ? t('byHand.over') : t('byHand.signed')}</p>}
        </>
      )}
    </section>
  )
}
