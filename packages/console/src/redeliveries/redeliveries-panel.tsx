import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { RedeliveryCount, RedeliveryFilter } from 'livehook/contract'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { deliveryGrammar, type DeliveryFilter } from '../deliveries/filter.ts'
import { formatFilterText } from '../feed/filter-text.ts'
import { useRoomWords } from '../i18n/use-room-words.ts'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import { useNow } from '../text/clock.tsx'
import { Stranger } from '../text/stranger.tsx'
import { useFormatTag } from '../text/use-format-tag.ts'
import styles from './redeliveries-panel.module.css'
import { filterOfJob, readRate } from './redelivery-filter.ts'
import { RedeliveryJobs } from './redelivery-jobs.tsx'

/** Redelivery of all that passes the filter: how many that is, how fast, and how far it is. */
export function RedeliveriesPanel(props: { sdkAppId: number; filter: DeliveryFilter; onClose: () => void }) {
  const isReady = useRoomWords('redeliveries')
  const { t } = useTranslation('redeliveries')
  if (!isReady) return <div />
  return (
    <section className={styles.panel} aria-label={t('title')}>
      <div className={styles.head}>
        <h2 className={styles.title}>{t('title')}</h2>
        <Tooltip label={t('close')}>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('close')} onClick={props.onClose}>
            <IconX size={17} stroke={1.75} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={styles.body}>
        <p>{t('lead')}</p>
        {/* Another filter is another question. */}
        <NewJob key={formatFilterText(deliveryGrammar, props.filter)} sdkAppId={props.sdkAppId} filter={props.filter} />
        <RedeliveryJobs sdkAppId={props.sdkAppId} />
      </div>
    </section>
  )
}

function NewJob({ sdkAppId, filter }: { sdkAppId: number; filter: DeliveryFilter }) {
  const { t } = useTranslation('redeliveries')
  const now = useNow()
  // "The last hour" counts from when the question was asked: what is counted is what is redelivered.
  const [job] = useState(() => filterOfJob(filter, now))
  if (job.kind === 'not_by_state') return <p>{t('notByState')}</p>
  if (job.kind === 'not_by_id') return <p>{t('notById')}</p>
  return <StartForm sdkAppId={sdkAppId} listed={filter} filter={job.filter} />
}

function StartForm(props: { sdkAppId: number; listed: DeliveryFilter; filter: RedeliveryFilter }) {
  const { t } = useTranslation('redeliveries')
  const { api } = useServices()
  const cache = useQueryClient()
  const { sdkAppId, filter } = props
  const count = useQuery({
    queryKey: ['redelivery-count', sdkAppId, filter],
    queryFn: () => api.countRedelivery(sdkAppId, filter),
    staleTime: 0,
    gcTime: 0,
  })
  const [rate, setRate] = useState('100')
  const ratePerSecond = readRate(rate)
  const start = useMutation({
    networkMode: 'always',
    mutationFn: () => api.startRedelivery(sdkAppId, { filter, ratePerSecond: ratePerSecond ?? null }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ['redeliveries', sdkAppId] })
      await count.refetch()
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (ratePerSecond !== undefined) start.mutate()
  }
  const countText = useCountText(count.data)
  return (
    <form className={styles.form} onSubmit={submit}>
      <p>
        <strong>{t(`filter_${filter.state ?? 'dead'}`)}</strong> <RestOfFilter listed={props.listed} />
      </p>
      <p className={styles.count} aria-live="polite">
        {count.isPending ? t('counting') : countText}
      </p>
      <Refusal error={count.error ?? start.error} className={styles.problem} />
      <TextInput
        size="xs"
        className={styles.rate}
        label={t('rate')}
        description={t('rateHint')}
        inputMode="numeric"
        value={rate}
        onChange={(event) => setRate(event.currentTarget.value)}
        error={ratePerSecond === undefined && t('rateWrong')}
      />
      <div>
        <Button
          type="submit"
          size="compact-sm"
          loading={start.isPending}
          disabled={count.data === undefined || count.data.count === 0 || ratePerSecond === undefined}
        >
          {t('start', { count: count.data?.count ?? 0 })}
        </Button>
      </div>
    </form>
  )
}

function RestOfFilter({ listed }: { listed: DeliveryFilter }) {
  const { t } = useTranslation('redeliveries')
  const { state: _state, ...rest } = listed
  const text = formatFilterText(deliveryGrammar, rest)
  return text === '' ? null : <Stranger text={t('filterRest', { filter: text })} />
}

function useCountText(counted: RedeliveryCount | undefined): string {
  const { t } = useTranslation('redeliveries')
  const tag = useFormatTag()
  if (counted === undefined) return ''
  if (counted.count === 0) return t('none')
  if (counted.exact) return t('count', { count: counted.count })
  return t('atLeast', { many: new Intl.NumberFormat(tag).format(counted.count) })
}
