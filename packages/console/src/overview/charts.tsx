import type { Stats, Webhook } from 'livehook/contract'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDuration } from '../text/format.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import { Card } from './card.tsx'
import { ChartTable } from './chart-table.tsx'
import styles from './overview-page.module.css'
import { decisionOutcomes, deliveryOutcomes, percentiles, seriesOf, type ChartSeries } from './series.ts'
import { TimeChart } from './time-chart.tsx'

export interface ChartsProps {
  stats: Stats
  webhooks: readonly Webhook[]
  asTable: boolean
}

/** What happened over time: how deliveries and decisions ended, and how long both took of the time they have. */
export function Charts({ stats, webhooks, asTable }: ChartsProps) {
  const { t } = useTranslation('overview')
  const tag = useFormatTag()
  const times = useMemo(() => stats.items.map((step) => Date.parse(step.at) / 1000), [stats])
  const drawn = useSeries(stats)
  const count = useMemo(() => {
    const format = new Intl.NumberFormat(tag)
    return (value: number) => format.format(value)
  }, [tag])
  const timeout = shortest(webhooks.map((webhook) => webhook.timeoutMs))
  const deadline = shortest(webhooks.map((webhook) => webhook.askDeadlineMs))
  const shared = { times, endsAt: Date.parse(stats.to) / 1000, asTable }
  return (
    <div className={styles.charts}>
      <Chart {...shared} title={t('chart.deliveries')} series={drawn.deliveries} kind="stacked" formatValue={count} />
      <Chart {...shared} title={t('chart.decisions')} series={drawn.decisions} kind="stacked" formatValue={count} />
      <Chart
        {...shared}
        title={t('chart.attemptTime')}
        series={drawn.attemptTime}
        kind="lines"
        formatValue={formatDuration}
        limit={
          timeout === undefined
            ? undefined
            : { value: timeout, name: t('chart.timeout', { ms: formatDuration(timeout) }) }
        }
      />
      <Chart
        {...shared}
        title={t('chart.decisionTime')}
        series={drawn.decisionTime}
        kind="lines"
        formatValue={formatDuration}
        limit={
          deadline === undefined
            ? undefined
            : { value: deadline, name: t('chart.deadline', { ms: formatDuration(deadline) }) }
        }
      />
    </div>
  )
}

function useSeries({ items }: Stats) {
  const { t } = useTranslation('overview')
  return useMemo(
    () => ({
      deliveries: seriesOf(items, deliveryOutcomes, {
        nameOf: (key) => t(`outcome.${key}`),
        valueOf: (step, key) => step.states[key],
      }),
      decisions: seriesOf(items, decisionOutcomes, {
        nameOf: (key) => t(`outcome.${key}`),
        valueOf: (step, key) => step.decisions[key],
      }),
      attemptTime: seriesOf(items, percentiles, {
        nameOf: (key) => key,
        valueOf: (step, key) => step.durationMs?.[key] ?? null,
      }),
      decisionTime: seriesOf(items, percentiles, {
        nameOf: (key) => key,
        valueOf: (step, key) => step.decisions.durationMs?.[key] ?? null,
      }),
    }),
    [items, t],
  )
}

interface ChartProps {
  title: string
  times: readonly number[]
  endsAt: number
  series: readonly ChartSeries[]
  kind: 'stacked' | 'lines'
  limit?: { readonly value: number; readonly name: string } | undefined
  formatValue: (value: number) => string
  asTable: boolean
}

function Chart({ title, asTable, ...chart }: ChartProps) {
  const { t } = useTranslation('overview')
  return (
    <Card title={title}>
      {asTable ? (
        <>
          <ChartTable {...chart} label={title} timeWord={t('time')} emptyWord={t('nothing')} />
          {chart.limit !== undefined && <p className={styles.note}>{chart.limit.name}</p>}
        </>
      ) : (
        <TimeChart {...chart} label={t('chart.picture', { title })} />
      )}
    </Card>
  )
}

function shortest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values)
}
