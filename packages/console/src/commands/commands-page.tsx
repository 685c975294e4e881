import { SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { CommandSummary } from 'livehook/contract'
import { useEffect, useRef, useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { commandsQuery } from '../api/queries.ts'
import { useKeys } from '../frame/use-keys.ts'
import { classes } from '../look/classes.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { groupCommands } from '../webhooks/form/picker.ts'
import { CommandView } from './command-view.tsx'
import { readCommandSearch, type CommandSearch } from './command-search.ts'
import styles from './commands-page.module.css'

const route = getRouteApi('/signed-in/apps/$sdkAppId/commands')

/** From the last key to the address: browsers take only so many changes of it in a while. */
const pauseMs = 300

/** The catalogue: on the left what there is, on the right one command in full. */
export function CommandsPage() {
  const { t } = useTranslation('commands')
  const { api } = useServices()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const { phase, command } = route.useSearch()
  const commands = useQuery(commandsQuery(api, sdkAppId))
  const { text, search, change } = useSearchText()
  const families = familiesOf(commands.data ?? [], text, phase)
  const box = useRef<HTMLInputElement>(null)
  const step = (by: number) => {
    const words = families.flatMap(({ members }) => members.map((each) => each.command))
    const index = command === undefined ? -1 : words.indexOf(command)
    const next = words[Math.max(0, Math.min(words.length - 1, index + by))]
    if (next !== undefined) change({ command: next })
  }
  const close = () => change({ command: undefined })
  useKeys({ j: () => step(1), k: () => step(-1), '/': () => box.current?.focus(), Escape: close })
  useDocumentTitle(command ?? t('title'))
  return (
    <div className={classes(styles.page, command !== undefined && styles.isOpen)}>
      <div className={styles.bar}>
        <h1 className={styles.title}>{t('title')}</h1>
        <SearchBox ref={box} text={text} onText={search} />
        <PhaseChoice phase={phase} onPhase={(next) => change({ phase: next })} />
      </div>
      {commands.error !== null && <LoadError error={commands.error} onRetry={() => void commands.refetch()} />}
      <div className={styles.body}>
        <nav className={styles.list} aria-label={t('list')}>
          {families.map(({ name, members }) => (
            <FamilyList key={name} name={name} members={members} current={command} />
          ))}
          {commands.data !== undefined && families.length === 0 && <p className={styles.none}>{t('nothingFound')}</p>}
        </nav>
        <div className={styles.detail}>
          {command === undefined ? (
            <Notice title={t('noneTitle')}>
              <p>{t('none')}</p>
            </Notice>
          ) : (
            <CommandView key={command} sdkAppId={sdkAppId} command={command} onClose={close} />
          )}
        </div>
      </div>
    </div>
  )
}

/** What is searched for, as it is typed; the address follows when nothing more comes. */
function useSearchText() {
  const navigate = route.useNavigate()
  const { q = '' } = route.useSearch()
  const [text, setText] = useState(q)
  const change = (next: Partial<Record<keyof CommandSearch, string | undefined>>) =>
    void navigate({ search: (now) => readCommandSearch({ ...now, ...next }), replace: true })
  const changeLater = useDebouncedCallback((next: string) => change({ q: next === '' ? undefined : next }), pauseMs)
  const search = (next: string) => {
    setText(next)
    changeLater(next)
  }
  return { text, search, change }
}

/** The families that have something to show, and what. */
function familiesOf(commands: readonly CommandSummary[], text: string, phase: CommandSearch['phase']) {
  return groupCommands(commands, text)
    .map(({ name, after, before }) => ({
      name,
      members: [...after, ...before].filter((each) => phase === undefined || each.phase === phase),
    }))
    .filter(({ members }) => members.length > 0)
}

interface SearchBoxProps {
  ref: Ref<HTMLInputElement>
  text: string
  onText: (text: string) => void
}

function SearchBox({ ref, text, onText }: SearchBoxProps) {
  const { t } = useTranslation('commands')
  return (
    <TextInput
      ref={ref}
      className={styles.search}
      size="xs"
      aria-label={t('search')}
      placeholder={t('search')}
      leftSection={<IconSearch size={14} stroke={1.75} aria-hidden />}
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

function PhaseChoice(props: { phase: CommandSearch['phase']; onPhase: (phase: string | undefined) => void }) {
  const { t } = useTranslation('commands')
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('phase')}
      value={props.phase ?? 'all'}
      onChange={(value) => props.onPhase(value === 'all' ? undefined : value)}
      data={[
        { value: 'all', label: t('all') },
        { value: 'after', label: t('after') },
        { value: 'before', label: t('before') },
      ]}
    />
  )
}

function FamilyList(props: { name: string; members: readonly CommandSummary[]; current: string | undefined }) {
  const { t } = useTranslation('commands')
  return (
    <section aria-label={props.name}>
      <h2 className={styles.family}>{props.name}</h2>
      <ul>
        {props.members.map((command) => (
          <li key={command.command}>
            <CommandLink command={command} isCurrent={command.command === props.current} phase={t(command.phase)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function CommandLink(props: { command: CommandSummary; isCurrent: boolean; phase: string }) {
  const { i18n } = useTranslation()
  const { command, isCurrent } = props
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (isCurrent) link.current?.scrollIntoView({ block: 'nearest' })
  }, [isCurrent])
  return (
    <Link
      ref={link}
      from="/apps/$sdkAppId/commands"
      to="."
      search={(now) => ({ ...now, command: command.command })}
      className={styles.command}
      aria-current={isCurrent ? 'page' : undefined}
      activeOptions={{ exact: true }}
    >
      <span className={styles.name}>{command.command.slice(command.family.length + 1)}</span>
      <span className={styles.phase}>{props.phase}</span>
      <Stranger className={styles.trigger} text={i18n.language === 'zh' ? command.trigger.zh : command.trigger.en} />
    </Link>
  )
}
