import { ActionIcon, Menu, TextInput } from '@mantine/core'
import { IconChevronDown, IconPlayerPause, IconPlayerPlay, IconSearch, IconX } from '@tabler/icons-react'
import { useRef, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '../frame/use-keys.ts'
import { classes } from '../look/classes.ts'
import styles from './deliveries-bar.module.css'
import { filterStates, formatFilter, parseFilter, type DeliveryFilter, type FilterState } from './filter.ts'
import { failureSymptoms, isFilterSymptom } from './symptoms.ts'

interface FilterProps {
  filter: DeliveryFilter
  onFilter: (filter: DeliveryFilter) => void
}

/** The filter, as chips and as text; and pause. */
export function DeliveriesBar(props: FilterProps & { isPaused: boolean; onPause: () => void }) {
  const { t } = useTranslation()
  const { filter, onFilter } = props
  const text = formatFilter(filter)
  const Icon = props.isPaused ? IconPlayerPlay : IconPlayerPause
  return (
    <div className={styles.bar}>
      <h1 className={styles.title}>{t('deliveries.title')}</h1>
      <StateChips filter={filter} onFilter={onFilter} />
      <SymptomChip filter={filter} onFilter={onFilter} />
      {/* Another filter starts another draft. */}
      <FilterBox key={text} text={text} onFilter={onFilter} />
      <button
        type="button"
        className={classes(styles.chip, props.isPaused && styles.isOn)}
        aria-pressed={props.isPaused}
        onClick={props.onPause}
      >
        <Icon size={14} stroke={2} aria-hidden />
        {props.isPaused ? t('deliveries.resume') : t('deliveries.pause')}
      </button>
    </div>
  )
}

function StateChips({ filter, onFilter }: FilterProps) {
  const { t } = useTranslation()
  const { state, ...rest } = filter
  const words: Readonly<Record<FilterState, string>> = {
    succeeded: t('deliveries.succeeded'),
    waiting: t('deliveries.waiting'),
    dead: t('deliveries.dead'),
    cancelled: t('state.cancelled'),
  }
  // Cancelled ones are rare; their chip is there when it is on.
  const shown = filterStates.filter((known) => known !== 'cancelled' || state === 'cancelled')
  return (
    <fieldset className={styles.states} aria-label={t('deliveries.stateFilter')}>
      <StateChip isOn={state === undefined} word={t('deliveries.all')} onChoose={() => onFilter(rest)} />
      {shown.map((known) => (
        <StateChip
          key={known}
          isOn={state === known}
          word={words[known]}
          onChoose={() => onFilter({ ...rest, state: known })}
        />
      ))}
    </fieldset>
  )
}

function StateChip({ isOn, word, onChoose }: { isOn: boolean; word: string; onChoose: () => void }) {
  return (
    <button
      type="button"
      className={classes(styles.segment, isOn && styles.isOn)}
      aria-pressed={isOn}
      onClick={onChoose}
    >
      {word}
    </button>
  )
}

function SymptomChip({ filter, onFilter }: FilterProps) {
  const { t } = useTranslation()
  const { symptom, ...rest } = filter
  const choose = (value: string) => onFilter(isFilterSymptom(value) ? { ...rest, symptom: value } : rest)
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={classes(styles.chip, symptom !== undefined && styles.isOn)}>
          <span className={styles.chipText}>
            {symptom === undefined ? t('deliveries.symptom') : t(`symptom.${symptom}`)}
          </span>
          <IconChevronDown size={14} stroke={2} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={symptom ?? 'any'} onChange={choose}>
          <Menu.RadioItem value="any" closeMenuOnClick>
            {t('deliveries.anySymptom')}
          </Menu.RadioItem>
          {failureSymptoms.map((known) => (
            <Menu.RadioItem key={known} value={known} closeMenuOnClick>
              {t(`symptom.${known}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}

function FilterBox(props: { text: string; onFilter: (filter: DeliveryFilter) => void }) {
  const { t } = useTranslation()
  const box = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState(props.text)
  const [unknownWord, setUnknownWord] = useState<string | undefined>(undefined)
  useKeys({ '/': () => box.current?.focus() })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const parsed = parseFilter(draft)
    setUnknownWord(parsed.kind === 'not_understood' ? parsed.word : undefined)
    if (parsed.kind === 'filter') props.onFilter(parsed.filter)
  }
  const reset = () => {
    setDraft(props.text)
    setUnknownWord(undefined)
    box.current?.blur()
  }
  return (
    <search className={styles.search}>
      <form onSubmit={submit}>
        <TextInput
          ref={box}
          size="xs"
          aria-label={t('deliveries.filter')}
          placeholder={t('deliveries.filterPlaceholder')}
          classNames={{ input: styles.box, error: styles.error }}
          value={draft}
          maxLength={600}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && reset()}
          error={unknownWord !== undefined && t('deliveries.filterNotUnderstood', { word: unknownWord })}
          leftSection={<IconSearch size={14} stroke={2} aria-hidden />}
          rightSection={
            draft === '' ? null : (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={20}
                aria-label={t('deliveries.clearFilter')}
                onClick={() => (setDraft(''), setUnknownWord(undefined), props.onFilter({}))}
              >
                <IconX size={14} stroke={2} aria-hidden />
              </ActionIcon>
            )
          }
        />
      </form>
    </search>
  )
}
