import { useTranslation } from 'react-i18next'
import { failureSymptoms } from '../deliveries/symptoms.ts'
import { MenuChip, Segments } from '../feed/bar/choice.tsx'
import bar from '../feed/bar/feed-bar.module.css'
import { FilterBox } from '../feed/bar/filter-box.tsx'
import { FilterChips, type FilterChip } from '../feed/bar/filter-chips.tsx'
import { PauseButton } from '../feed/bar/pause-button.tsx'
import { RangePicker } from '../feed/bar/range-picker.tsx'
import { deciders, decisionGrammar, verdicts, type DecisionFilter } from './filter.ts'

export interface DecisionsBarProps {
  filter: DecisionFilter
  onFilter: (filter: DecisionFilter) => void
  webhookNames: ReadonlyMap<string, string> | undefined
  isPaused: boolean
  onPause: () => void
}

/** The filter of the decisions, as chips and as text; and pause. */
export function DecisionsBar(props: DecisionsBarProps) {
  const { t } = useTranslation('decisions')
  const { t: base } = useTranslation()
  const { filter, onFilter } = props
  const { verdict: _verdict, ...withoutVerdict } = filter
  const { by: _by, ...withoutBy } = filter
  const { symptom: _symptom, ...withoutSymptom } = filter
  const { since: _since, from: _from, to: _to, ...withoutRange } = filter
  return (
    <div className={bar.bar}>
      <h1 className={bar.title}>{t('title')}</h1>
      <Segments
        label={t('verdictFilter')}
        all={t('all')}
        value={filter.verdict}
        choices={verdicts.map((verdict) => [verdict, t(`verdict.${verdict}`)] as const)}
        onChoose={(verdict) => onFilter(verdict === undefined ? withoutVerdict : { ...withoutVerdict, verdict })}
      />
      <MenuChip
        word={t('decidedBy')}
        any={t('anyDecider')}
        value={filter.by}
        choices={deciders.map((by) => [by, t(`by.${by}`)] as const)}
        onChoose={(by) => onFilter(by === undefined ? withoutBy : { ...withoutBy, by })}
      />
      <MenuChip
        word={base('deliveries.symptom')}
        any={base('deliveries.anySymptom')}
        value={filter.symptom}
        choices={failureSymptoms.map((symptom) => [symptom, base(`group.${symptom}`)] as const)}
        onChoose={(symptom) => onFilter(symptom === undefined ? withoutSymptom : { ...withoutSymptom, symptom })}
      />
      <RangePicker
        range={filter}
        any={base('range.any')}
        onRange={(range) => onFilter({ ...withoutRange, ...range })}
      />
      <FilterBox
        grammar={decisionGrammar}
        filter={filter}
        placeholder="verdict:deny command:Group.*"
        onFilter={onFilter}
      />
      <PauseButton isPaused={props.isPaused} onPause={props.onPause} />
      <FilterChips chips={chipsOf(filter, props)} />
    </div>
  )
}

/** What no button of the bar shows. */
function chipsOf(filter: DecisionFilter, props: DecisionsBarProps): readonly FilterChip[] {
  return (['command', 'webhook'] as const).flatMap((member) => {
    const { [member]: value, ...rest } = filter
    if (value === undefined) return []
    const word = member === 'webhook' ? (props.webhookNames?.get(value) ?? value) : value
    return [{ member, word, onRemove: () => props.onFilter(rest) }]
  })
}
