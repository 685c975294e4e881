import { ActionIcon, TextInput } from '@mantine/core'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useId, useRef, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '../../frame/use-keys.ts'
import { visibleLine } from '../../text/visible-text.ts'
import styles from './feed-bar.module.css'
import { formatFilterText, parseFilterText, type FilterGrammar } from '../filter-text.ts'

export interface FilterBoxProps<Filter> {
  grammar: FilterGrammar<Filter>
  filter: Filter
  placeholder: string
  onFilter: (filter: Filter) => void
  suggestions?: readonly Suggestion[]
}

/** A word that may be typed, and what a person calls it. */
export interface Suggestion {
  readonly word: string
  readonly name?: string
}

/** More would not be read. */
const maxSuggestions = 30

/** The whole filter as words in one box; `/` leads into it. */
export function FilterBox<Filter>(props: FilterBoxProps<Filter>) {
  const text = formatFilterText(props.grammar, props.filter)
  // Another filter starts another draft.
  return <Draft key={text} {...props} text={text} />
}

function Draft<Filter>(props: FilterBoxProps<Filter> & { text: string }) {
  const { t } = useTranslation()
  const box = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState(props.text)
  const [unknownWord, setUnknownWord] = useState<string | undefined>(undefined)
  useKeys({ '/': () => box.current?.focus() })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const parsed = parseFilterText(props.grammar, draft)
    setUnknownWord(parsed.kind === 'not_understood' ? parsed.word : undefined)
    if (parsed.kind === 'filter') props.onFilter(parsed.filter)
  }
  const reset = () => {
    setDraft(props.text)
    setUnknownWord(undefined)
    box.current?.blur()
  }
  const clear = () => {
    setDraft('')
    setUnknownWord(undefined)
    props.onFilter(props.grammar.read({}))
  }
  const listId = useId()
  const offered = suggestionsFor(draft, props.suggestions ?? [])
  const words = props.grammar.members.map((member) => `${member}:`).join(' ')
  return (
    <search className={styles.search}>
      <form onSubmit={submit}>
        <TextInput
          ref={box}
          size="xs"
          aria-label={t('feed.filter')}
          placeholder={props.placeholder}
          classNames={{ input: styles.box, error: styles.error }}
          value={draft}
          list={listId}
          maxLength={600}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && reset()}
          error={
            unknownWord !== undefined && t('feed.filterNotUnderstood', { word: visibleLine(unknownWord, 80), words })
          }
          leftSection={<IconSearch size={14} stroke={2} aria-hidden />}
          rightSection={
            draft === '' ? null : (
              <ActionIcon variant="subtle" color="gray" size={20} aria-label={t('feed.clearFilter')} onClick={clear}>
                <IconX size={14} stroke={2} aria-hidden />
              </ActionIcon>
            )
          }
        />
        <datalist id={listId}>
          {offered.map(({ text, name }) => (
            <option key={text} value={text}>
              {name}
            </option>
          ))}
        </datalist>
      </form>
    </search>
  )
}

/** Completes the last word; the words before it stay. */
function suggestionsFor(
  draft: string,
  suggestions: readonly Suggestion[],
): readonly { readonly text: string; readonly name: string | undefined }[] {
  const start = draft.lastIndexOf(' ') + 1
  const typed = draft.slice(start).toLowerCase()
  if (typed === '') return []
  return suggestions
    .filter(({ word, name }) => `${word} ${name ?? ''}`.toLowerCase().includes(typed))
    .slice(0, maxSuggestions)
    .map(({ word, name }) => ({
      text: draft.slice(0, start) + word,
      name: name === undefined ? undefined : visibleLine(name, 80),
    }))
}
