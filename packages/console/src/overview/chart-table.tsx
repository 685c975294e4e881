import { useFormatTag } from '../text/use-format-tag.ts'
import styles from './chart-table.module.css'
import type { ChartSeries } from './series.ts'

/** The same as a chart, in numbers: steps in which nothing happened are left out. */
export function ChartTable(props: {
  label: string
  timeWord: string
  emptyWord: string
  times: readonly number[]
  series: readonly ChartSeries[]
  formatValue: (value: number) => string
}) {
  const tag = useFormatTag()
  const format = new Intl.DateTimeFormat(tag, { dateStyle: 'short', timeStyle: 'short' })
  const rows = props.times
    .map((at, index) => ({ at, values: props.series.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null && value !== 0))
    .toReversed()
  if (rows.length === 0) return <p className={styles.empty}>{props.emptyWord}</p>
  return (
    // Focusable, since it scrolls.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- see above
    <div className={styles.scroller} role="group" tabIndex={0} aria-label={props.label}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{props.timeWord}</th>
            {props.series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, values }) => (
            <tr key={at}>
              <th scope="row">
                <time dateTime={new Date(at * 1000).toISOString()}>{format.format(at * 1000)}</time>
              </th>
              {values.map((value, index) => (
                <td key={props.series[index]?.name}>{value === null ? '–' : props.formatValue(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
