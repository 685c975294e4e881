import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { classes } from '../look/classes.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import { fillOf, resolveColour } from './chart-colours.ts'
import type { ChartSeries } from './series.ts'
import { stack } from './series.ts'
import styles from './time-chart.module.css'

export interface TimeChartProps {
  /** What the picture says, for those who do not see it: the table says the rest. */
  label: string
  /** Epoch seconds, one for each step. */
  times: readonly number[]
  /** Where the last step ends. */
  endsAt: number
  series: readonly ChartSeries[]
  /** Bars upon each other, or lines. */
  kind: 'stacked' | 'lines'
  /** A line across: what may not be exceeded. */
  limit?: { readonly value: number; readonly name: string } | undefined
  formatValue: (value: number) => string
}

const heightPx = 180

/** Beside the last step: half of a time or date under the axis, in either language. */
const endPx = 28

// The library declares an enumeration of which nothing is there at run time.
// eslint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unsafe-enum-assignment -- see above
const logarithmic = 3 as uPlot.Scale.Distr.Logarithmic

/** Values over time, with their names, and the values under the pointer. */
export function TimeChart(props: TimeChartProps) {
  const [at, setAt] = useState<number | null>(null)
  const tag = useFormatTag()
  const place = useChart(props, setAt)
  const atSeconds = at === null ? undefined : props.times[at]
  return (
    <div className={styles.chart}>
      <ul className={styles.legend} aria-hidden>
        {props.series.map((series) => (
          <li key={series.name}>
            <span
              className={classes(styles.swatch, styles[series.pattern])}
              style={{ '--of': `var(${series.colour})` }}
            />
            {series.name}
            {at !== null && <strong> {formatAt(series, at, props.formatValue)}</strong>}
          </li>
        ))}
        {props.limit !== undefined && (
          <li>
            <span className={styles.limit} />
            {props.limit.name}
          </li>
        )}
        {atSeconds !== undefined && (
          <li className={styles.at}>
            {new Intl.DateTimeFormat(tag, { dateStyle: 'short', timeStyle: 'short' }).format(atSeconds * 1000)}
          </li>
        )}
      </ul>
      {/* eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- what is drawn is a canvas with its axes */}
      <div ref={place} className={styles.place} role="img" aria-label={props.label} />
    </div>
  )
}

function formatAt(series: ChartSeries, at: number, format: (value: number) => string): string {
  const value = series.values[at]
  return value === undefined || value === null ? '–' : format(value)
}

/** Draws into an element: again where names, scheme or language change, else only the new values. */
function useChart(props: TimeChartProps, onAt: (at: number | null) => void) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(null)
  const ends = useRef(props.endsAt)
  const scheme = useComputedColorScheme('light')
  const tag = useFormatTag()
  const { times, endsAt, series, kind, limit, formatValue } = props
  const data = useMemo(() => dataOf(times, series, kind), [times, series, kind])
  const shape = `${scheme} ${tag} ${kind} ${limit?.value ?? ''} ${series.map(({ name }) => name).join('|')}`
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const options = optionsOf({ element, endsAt: () => ends.current, series, kind, limit, formatValue, tag, onAt })
    const drawn = new uPlot(options, data, element)
    chart.current = drawn
    const observer = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: heightPx }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      drawn.destroy()
      chart.current = null
    }
    // eslint-disable-next-line react/exhaustive-deps -- what only changes values is put into what is drawn already, below
  }, [shape])
  useEffect(() => {
    ends.current = endsAt
    chart.current?.setData(data)
  }, [data, endsAt])
  return place
}

/** What lies on top of a stack is drawn first, so that what is below covers its foot. */
function dataOf(times: readonly number[], series: readonly ChartSeries[], kind: TimeChartProps['kind']) {
  const columns =
    kind === 'stacked'
      ? stack(series)
          .toReversed()
          .map((values) => [...values])
      : series.map(({ values }) => [...values])
  return [[...times], ...columns] as uPlot.AlignedData
}

interface Drawn extends Pick<TimeChartProps, 'series' | 'kind' | 'limit' | 'formatValue'> {
  /** It moves while the chart stays. */
  readonly endsAt: () => number
  readonly element: HTMLElement
  readonly tag: string
  readonly onAt: (at: number | null) => void
}

function optionsOf(drawn: Drawn): uPlot.Options {
  const { element, kind } = drawn
  const line = resolveColour(element, '--line')
  const text = resolveColour(element, '--text-muted')
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } }
  return {
    width: element.clientWidth,
    height: heightPx,
    legend: { show: false },
    padding: [8, endPx, 0, 0],
    cursor: { y: false, points: { show: kind === 'lines' }, drag: { x: false, y: false } },
    scales: {
      x: { range: (_chart, from) => [from, drawn.endsAt()] },
      y: kind === 'stacked' ? { range: rangeOfCounts } : { distr: logarithmic, range: rangeOfDurations(drawn) },
    },
    axes: [
      { ...axis, size: 28, values: (_chart, splits) => splits.map((at) => timeText(at, splits, drawn.tag)), space: 70 },
      {
        ...axis,
        size: 64,
        ...(kind === 'stacked'
          ? {}
          : { grid: { ...axis.grid, filter: powersOnly }, ticks: { ...axis.ticks, filter: powersOnly } }),
        values: (_chart, splits) => splits.map((value) => (isShown(value, kind) ? drawn.formatValue(value) : '')),
      },
    ],
    series: [{}, ...(kind === 'stacked' ? drawn.series.toReversed() : drawn.series).map((one) => seriesOf(one, drawn))],
    hooks: {
      setCursor: [(chart) => drawn.onAt(chart.cursor.idx ?? null)],
      draw: drawn.limit === undefined ? [] : [drawLimit(drawn.limit.value, resolveColour(element, '--bad'))],
    },
  }
}

function seriesOf(series: ChartSeries, { element, kind }: Drawn): uPlot.Series {
  const points = { show: false }
  if (kind === 'stacked') {
    return {
      label: series.name,
      fill: () => fillOf(series, element),
      width: 0,
      points,
      ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [0.86, 40], align: 1 }) }),
    }
  }
  const dashes = { solid: [], hatched: [6, 3], dotted: [2, 3] }[series.pattern]
  const stroke = resolveColour(element, series.colour)
  return { label: series.name, stroke, width: 2, dash: dashes, points: { show: true, size: 5, fill: stroke } }
}

/** From nothing, and with room above; never less than a few, so that one delivery is no mountain. */
function rangeOfCounts(_chart: uPlot, _least: number, most: number): [number, number] {
  return [0, Math.max(4, most * 1.1)]
}

function rangeOfDurations({ limit }: Drawn) {
  return (_chart: uPlot, least: number | null, most: number | null): [number, number] => {
    const top = Math.max(most ?? 10, limit?.value ?? 0)
    const bottom = Math.min(least ?? 1, top / 10)
    return [10 ** Math.floor(Math.log10(Math.max(0.1, bottom))), 10 ** Math.ceil(Math.log10(top * 1.2))]
  }
}

function powersOnly(_chart: uPlot, splits: readonly number[]): (number | null)[] {
  return splits.map((value) => (isShown(value, 'lines') ? value : null))
}

/** On a scale of powers only these are worth a word; counts are whole. */
function isShown(value: number | null, kind: TimeChartProps['kind']): value is number {
  if (value === null) return false
  return kind === 'stacked' ? Number.isInteger(value) : Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6)
}

function timeText(at: number, splits: readonly number[], tag: string): string {
  const first = splits[0] ?? at
  const second = splits[1] ?? at + 60
  const isDays = second - first >= 86_400
  const format: Intl.DateTimeFormatOptions = isDays
    ? { month: 'short', day: 'numeric' }
    : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  return new Intl.DateTimeFormat(tag, format).format(at * 1000)
}

function drawLimit(value: number, colour: string) {
  return (chart: uPlot) => {
    const y = chart.valToPos(value, 'y', true)
    const { left, width, top } = chart.bbox
    if (y < top) return
    const { ctx } = chart
    ctx.save()
    ctx.strokeStyle = colour
    ctx.lineWidth = 2 * devicePixelRatio
    ctx.setLineDash([10, 4])
    ctx.beginPath()
    ctx.moveTo(left, y)
    ctx.lineTo(left + width, y)
    ctx.stroke()
    ctx.restore()
  }
}
