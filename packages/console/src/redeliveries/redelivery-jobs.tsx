import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Redelivery } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import type { RedeliveryMove } from '../api/records.ts'
import type { DeliveryFilter } from '../deliveries/filter.ts'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { useFormatTag } from '../text/use-format-tag.ts'
import styles from './redelivery-jobs.module.css'

/** While a job runs, it is looked at in this rhythm. */
const watchMs = 1000

const isOpen = (job: Redelivery) => job.state === 'running' || job.state === 'paused'

/** The newest redeliveries of the app: how far each is, and what can be done with it. */
export function RedeliveryJobs({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation('redeliveries')
  const { api } = useServices()
  const jobs = useQuery({
    queryKey: ['redeliveries', sdkAppId],
    queryFn: () => api.listRedeliveries(sdkAppId),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.some((job) => job.state === 'running') === true ? watchMs : false),
  })
  return (
    <section>
      <h3 className={styles.title}>{t('jobs')}</h3>
      <Refusal error={jobs.error} className={styles.problem} />
      {jobs.data?.length === 0 && <p className={styles.none}>{t('noJobs')}</p>}
      <ol className={styles.jobs}>
        {jobs.data?.map((job) => (
          <li key={job.jobId} className={styles.job}>
            <Job job={job} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Job({ job }: { job: Redelivery }) {
  const { t } = useTranslation('redeliveries')
  const tag = useFormatTag()
  const number = new Intl.NumberFormat(tag)
  const dealtWith = job.done + job.skipped
  return (
    <>
      <div className={styles.head}>
        <strong>{t(`state_${job.state}`)}</strong>
        <span>
          {t('progress', {
            done: number.format(job.done),
            total: `${number.format(job.total)}${job.exact ? '' : '+'}`,
          })}
        </span>
        <Instant at={job.createdAt} className={styles.when} />
      </div>
      <progress
        className={styles.bar}
        value={Math.min(dealtWith, job.total)}
        max={Math.max(1, job.total)}
        aria-label={t('progressOf', { job: job.jobId })}
      />
      <p className={styles.about}>
        <Stranger text={filterText(job)} /> ·{' '}
        {job.ratePerSecond === null ? t('fast') : t('perSecond', { rate: number.format(job.ratePerSecond) })}
      </p>
      {job.skipped > 0 && <p className={styles.about}>{t('skipped', { count: job.skipped })}</p>}
      <Link
        to="/apps/$sdkAppId/deliveries"
        params={{ sdkAppId: String(job.sdkAppId) }}
        search={outcomesOf(job)}
        className={styles.about}
      >
        {t('outcomes')}
      </Link>
      {isOpen(job) && <JobMoves job={job} />}
    </>
  )
}

function JobMoves({ job }: { job: Redelivery }) {
  const { t } = useTranslation('redeliveries')
  const { api } = useServices()
  const cache = useQueryClient()
  const move = useMutation({
    networkMode: 'always',
    mutationFn: (wanted: RedeliveryMove) => api.moveRedelivery(job, wanted),
    onSettled: () => cache.invalidateQueries({ queryKey: ['redeliveries', job.sdkAppId] }),
  })
  const other = job.state === 'running' ? 'pause' : 'resume'
  return (
    <div className={styles.moves}>
      {([other, 'cancel'] as const).map((wanted) => (
        <Button
          key={wanted}
          size="compact-xs"
          variant="default"
          loading={move.isPending && move.variables === wanted}
          onClick={() => move.mutate(wanted)}
        >
          {t(wanted)}
        </Button>
      ))}
      <Refusal error={move.error} className={styles.problem} />
    </div>
  )
}

/** The deliveries that a job took, as they stand now: their state and what was wrong have changed, the rest has not. */
function outcomesOf({ filter, createdAt }: Redelivery): DeliveryFilter {
  const { webhookId, command, from, to = createdAt } = filter
  return {
    ...(webhookId === undefined ? {} : { webhook: webhookId }),
    ...(command === undefined ? {} : { command }),
    ...(from === undefined ? {} : { from }),
    to,
  }
}

/** The job's filter as the API has it, in one line. */
function filterText({ filter }: Redelivery): string {
  return Object.entries(filter)
    .map(([member, value]) => `${member}:${value}`)
    .join(' ')
}
