import { Checkbox, TextInput } from '@mantine/core'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { CommandSummary } from 'livehook/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { commandsQuery } from '../../api/queries.ts'
import { LoadError } from '../../look/notice.tsx'
import { useServices } from '../../services.ts'
import { Stranger } from '../../text/stranger.tsx'
import { Section, useFieldError } from './fields.tsx'
import styles from './command-picker.module.css'
import type { PartProps } from './part-props.ts'
import { countChosen, coveringPattern, groupCommands, toggle, type Family } from './picker.ts'

/** Who decides which *before* command, among the other webhooks of the app: word to name. */
export type Deciders = ReadonlyMap<string, string>

/** Which commands the webhook gets: single ones, a family's, or all. */
export function CommandPicker({ sdkAppId, draft, change, refusals, deciders }: PartProps & { deciders: Deciders }) {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const commands = useQuery(commandsQuery(api, sdkAppId))
  const [search, setSearch] = useState('')
  const error = useFieldError(refusals, '/commands')
  const choose = (word: string) => change({ commands: toggle(draft.commands, word) })
  const families = groupCommands(commands.data ?? [], search)
  return (
    <Section title={t('form.commands')} hint={t('form.commandsHint')}>
      <Chosen words={draft.commands} onRemove={choose} />
      {error !== undefined && <div role="alert">{error}</div>}
      <TextInput
        aria-label={t('form.searchCommands')}
        placeholder={t('form.searchCommands')}
        leftSection={<IconSearch size={15} stroke={1.75} aria-hidden />}
        value={search}
        error={error !== undefined}

        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {commands.error !== null && <LoadError error={commands.error} onRetry={() => void commands.refetch()} />}
      <div className={styles.families}>
        {search === '' && (
          <div className={styles.everything}>
            <Checkbox
              label={t('form.everyAfter')}
              description="*"
              checked={draft.commands.includes('*')}
              onChange={() => choose('*')}
            />
          </div>
        )}
        {families.map((family) => (
          <FamilyGroup
            key={family.name}
            family={family}
            chosen={draft.commands}
            deciders={deciders}
            isSearched={search !== ''}
            onToggle={choose}
          />
        ))}
        {commands.data !== undefined && families.length === 0 && (
          <p className={styles.nothing}>{t('form.noCommandFound')}</p>
        )}
      </div>
    </Section>
  )
}

/** What is chosen, with a button each to take it back. */
function Chosen({ words, onRemove }: { words: readonly string[]; onRemove: (word: string) => void }) {
  const { t } = useTranslation('registration')
  if (words.length === 0) return <p className={styles.nothing}>{t('form.noCommandChosen')}</p>
  return (
    <ul className={styles.chosen} aria-label={t('form.chosen')}>
      {words.map((word) => (
        <li key={word} className={styles.chip}>
          <Stranger text={word} />
          <button type="button" aria-label={t('form.leaveOut', { word })} onClick={() => onRemove(word)}>
            <IconX size={13} stroke={2} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}

interface FamilyProps {
  family: Family
  chosen: readonly string[]
  deciders: Deciders
  isSearched: boolean
  onToggle: (word: string) => void
}

function FamilyGroup({ family, chosen, deciders, isSearched, onToggle }: FamilyProps) {
  const { t } = useTranslation('registration')
  const [isOpen, setOpen] = useState(false)
  const count = countChosen(chosen, family)
  const pattern = `${family.name}.*`
  return (
    <details
      className={styles.family}
      open={isOpen || isSearched}
      onToggle={(event) => {
        if (!isSearched) setOpen(event.currentTarget.open)
      }}
    >
      <summary>
        <span className={styles.familyName}>{family.name}</span>
        <span className={styles.count}>
          {t('form.chosenOf', { count, total: family.after.length + family.before.length })}
        </span>
      </summary>
      {family.after.length > 0 && (
        <fieldset className={styles.phase}>
          <legend>{t('form.after')}</legend>
          {!isSearched && (
            <Checkbox
              label={t('form.everyAfterOf', { family: family.name })}
              description={pattern}
              checked={chosen.includes(pattern)}
              onChange={() => onToggle(pattern)}
            />
          )}
          {family.after.map((command) => (
            <CommandBox key={command.command} command={command} chosen={chosen} onToggle={onToggle} />
          ))}
        </fieldset>
      )}
      {family.before.length > 0 && (
        <fieldset className={styles.phase}>
          <legend>{t('form.before')}</legend>
          {family.before.map((command) => (
            <CommandBox
              key={command.command}
              command={command}
              chosen={chosen}
              decider={deciders.get(command.command)}
              onToggle={onToggle}
            />
          ))}
        </fieldset>
      )}
    </details>
  )
}

function CommandBox(props: {
  command: CommandSummary
  chosen: readonly string[]
  decider?: string | undefined
  onToggle: (word: string) => void
}) {
  const { t, i18n } = useTranslation('registration')
  const { command, chosen, decider } = props
  const covering = coveringPattern(chosen, command)
  const isChosen = chosen.includes(command.command)
  const trigger = i18n.language === 'zh' ? command.trigger.zh : command.trigger.en
  const isTaken = decider !== undefined && !isChosen
  const isCovered = covering !== undefined && !isChosen
  const note = isTaken
    ? t('form.takenBy', { name: decider })
    : isCovered
      ? t('form.coveredBy', { pattern: covering })
      : undefined
  return (
    <Checkbox
      label={<span className={styles.word}>{command.command}</span>}
      description={
        <>
          <Stranger text={trigger} />
          {command.configOnly && ` ${t('form.switchOnly')}`}
          {note !== undefined && (
            <span className={styles.note}>
              <Stranger text={note} />
            </span>
          )}
        </>
      }
      checked={isChosen || isCovered}
      disabled={isTaken || isCovered}
      onChange={() => props.onToggle(command.command)}
    />
  )
}
