import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { commandsQuery } from '../api/queries.ts'
import { MenuChip, Segments } from '../feed/bar/choice.tsx'
import bar from '../feed/bar/feed-bar.module.css'
import { FilterBox, type Suggestion } from '../feed/bar/filter-box.tsx'
import { FilterChips, type FilterChip } from '../feed/bar/filter-chips.tsx'
import { PauseButton } from '../feed/bar/pause-button.tsx'
import { RangePicker } from '../feed/bar/range-picker.tsx'
import { classes } from '../look/classes.ts'
import { useServices } from '../services.ts'
import { deliveryGrammar, filterStates, type DeliveryFilter, type FilterState } from './filter.ts'
import { failureSymptoms } from './symptoms.ts'

export interface DeliveriesBarProps {
  sdkAppId: number
  filter: DeliveryFilter
  onFilter: (filter: DeliveryFilter) => void
  webhookNames: ReadonlyMap<string, string> | undefined
  isPaused: boolean
  onPause: () => void
  /** Whether the page of redeliveries over the filter is open, and what opens and closes it; absent if it may not. */
  redeliveries: { readonly isOpen: boolean; readonly onToggle: () => void } | undefined
}

/** The filter, as chips and as text; redelivery of all that passes it; and pause. */
export function DeliveriesBar(props: DeliveriesBarProps) {
  const { t } = useTranslation()
  const { filter, onFilter, redeliveries } = props
  const { state: _state, ...withoutState } = filter
  const { symptom: _symptom, ...withoutSymptom } = filter
  const { since: _since, from: _from, to: _to, ...withoutRange } = filter
  const suggestions = useSuggestions(props)
  const symptoms = failureSymptoms.map((symptom) => [symptom, t(`group.${symptom}`)] as const)
  return (
    <div className={bar.bar}>
      <h1 className={bar.title}>{t('deliveries.title')}</h1>
      <Segments
        label={t('deliveries.stateFilter')}
        all={t('deliveries.all')}
        value={filter.state}
        choices={useStateChoices(filter.state)}
        onChoose={(state) => onFilter(state === undefined ? withoutState : { ...withoutState, state })}
      />
      <MenuChip
        word={t('deliveries.symptom')}
        any={t('deliveries.anySymptom')}
        value={filter.symptom}
        choices={symptoms}
        onChoose={(symptom) => onFilter(symptom === undefined ? withoutSymptom : { ...withoutSymptom, symptom })}
      />
      <RangePicker range={filter} any={t('range.any')} onRange={(range) => onFilter({ ...withoutRange, ...range })} />
      <FilterBox
        grammar={deliveryGrammar}
        filter={filter}
        placeholder={t('deliveries.filterPlaceholder')}
        onFilter={onFilter}
        suggestions={suggestions}
      />
      {redeliveries !== undefined && (
        <button
          type="button"
          className={classes(bar.chip, redeliveries.isOpen && bar.isOn)}
          aria-pressed={redeliveries.isOpen}
          onClick={redeliveries.onToggle}
        >
          <IconRefresh size={14} stroke={2} aria-hidden />
          {t('deliveries.redeliverAll')}
        </button>
      )}
      <PauseButton isPaused={props.isPaused} onPause={props.onPause} />
      <FilterChips chips={chipsOf(filter, props)} />
    </div>
  )
}

/** What may be typed next: the filter's own words, and names that this app has. */
function useSuggestions({ sdkAppId, webhookNames }: DeliveriesBarProps): readonly Suggestion[] {
  const { api } = useServices()
  const { data: commands = [] } = useQuery(commandsQuery(api, sdkAppId))
  return [
    ...filterStates.map((state) => ({ word: `state:${state}` })),
    ...failureSymptoms.map((symptom) => ({ word: `symptom:${symptom}` })),
    ...Array.from(webhookNames ?? [], ([webhookId, name]) => ({ word: `webhook:${webhookId}`, name })),
    ...commands.filter(({ phase }) => phase === 'after').map(({ command }) => ({ word: `command:${command}` })),
  ]
}

function useStateChoices(chosen: FilterState | undefined): readonly (readonly [FilterState, string])[] {
  const { t } = useTranslation()
  const words: Readonly<Record<FilterState, string>> = {
    succeeded: t('deliveries.succeeded'),
    pending: t('deliveries.pending'),
    dead: t('deliveries.dead'),
    cancelled: t('state.cancelled'),
  }
  // Cancelled ones are rare; their button is there when it is on.
  return filterStates
    .filter((known) => known !== 'cancelled' || chosen === 'cancelled')
    .map((known) => [known, words[known]] as const)
}

/** What no button of the bar shows. */
function chipsOf(filter: DeliveryFilter, props: DeliveriesBarProps): readonly FilterChip[] {
  return (['command', 'webhook', 'detail', 'id', 'text'] as const).flatMap((member) => {
    const { [member]: value, ...rest } = filter
    if (value === undefined) return []
    const word = member === 'webhook' ? (props.webhookNames?.get(value) ?? value) : value
    return [{ member, word, onRemove: () => props.onFilter(rest) }]
  })
}
