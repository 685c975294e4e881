import { Button, Popover } from '@mantine/core'
import { IconCalendar, IconChevronDown } from '@tabler/icons-react'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { classes } from '../../look/classes.ts'
import { formatShort } from '../../text/format.ts'
import { useFormatTag } from '../../text/use-format-tag.ts'
import bar from './feed-bar.module.css'
import styles from './range-picker.module.css'
import { readTimeRange, spanNames, type TimeRange } from '../time-range.ts'

export interface RangePickerProps {
  range: TimeRange
  /** The word for no range at all; absent if there must be one. */
  any?: string
  onRange: (range: TimeRange) => void
}

/** Which time is looked at: the last so long, or from one instant to another in the viewer's zone. */
export function RangePicker(props: RangePickerProps) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const word = useRangeWord(props.range)
  const choose = (range: TimeRange) => {
    setOpen(false)
    props.onRange(range)
  }
  const isOn = props.any !== undefined && word !== undefined
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-start"
      width={300}
      trapFocus
      returnFocus
      withinPortal={false}
      floatingStrategy="fixed"
    >
      <Popover.Target>
        <button
          type="button"
          className={classes(bar.chip, isOn && bar.isOn)}
          aria-label={t('range.choose', { range: word ?? props.any ?? '' })}
          onClick={() => setOpen(!isOpen)}
        >
          <IconCalendar size={14} stroke={2} aria-hidden />
          <span className={bar.chipText}>{word ?? props.any}</span>
          <IconChevronDown size={14} stroke={2} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('range.title')}>
        <div className={styles.spans}>
          {props.any !== undefined && (
            <SpanButton isOn={word === undefined} word={props.any} onChoose={() => choose({})} />
          )}
          {spanNames.map((span) => (
            <SpanButton
              key={span}
              isOn={props.range.since === span}
              word={t(`range.${span}`)}
              onChoose={() => choose({ since: span })}
            />
          ))}
        </div>
        <Instants range={props.range} onRange={choose} />
      </Popover.Dropdown>
    </Popover>
  )
}

/** A range in a word or two; nothing if there is none. */
export function useRangeWord({ since, from, to }: TimeRange): string | undefined {
  const { t } = useTranslation()
  const tag = useFormatTag()
  if (since !== undefined) return t(`range.${since}`)
  if (from === undefined && to === undefined) return undefined
  const [start, end] = [from, to].map((at) => (at === undefined ? '…' : formatShort(Date.parse(at), tag)))
  return `${start} – ${end}`
}

function SpanButton(props: { isOn: boolean; word: string; onChoose: () => void }) {
  return (
    <button
      type="button"
      className={classes(bar.segment, props.isOn && bar.isOn)}
      aria-pressed={props.isOn}
      onClick={props.onChoose}
    >
      {props.word}
    </button>
  )
}

/** From and to, as the browser asks for instants. */
function Instants({ range, onRange }: { range: TimeRange; onRange: (range: TimeRange) => void }) {
  const { t } = useTranslation()
  const [from, setFrom] = useState(() => localText(range.from))
  const [to, setTo] = useState(() => localText(range.to))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onRange(readTimeRange({ from, to }))
  }
  return (
    <form className={styles.instants} onSubmit={submit}>
      <label>
        {t('range.from')}
        <input
          type="datetime-local"
          step={1}
          value={from}
          max={to === '' ? undefined : to}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        {t('range.to')}
        <input
          type="datetime-local"
          step={1}
          value={to}
          min={from === '' ? undefined : from}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </label>
      <Button type="submit" size="compact-sm" variant="default" disabled={from === '' && to === ''}>
        {t('range.apply')}
      </Button>
    </form>
  )
}

/** An instant as such a field wants it: in the viewer's zone, to the second. */
function localText(at: string | undefined): string {
  if (at === undefined) return ''
  const ms = Date.parse(at)
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
