import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { AppCommandSummary } from 'livehook/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { commandQuery, commandsQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import '../look/mantine-forms.css'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { Composer } from './composer.tsx'
import { ResultList } from './result-list.tsx'
import styles from './try-page.module.css'
import { withResult, type NumberedResult } from './results.ts'

const route = getRouteApi('/signed-in/apps/$sdkAppId/try')

/** Harmless, and every live platform has it. */
const usualCommand = 'Live.CallbackAfterCreateRoom'

/** Composes an event, sends or asks it, and shows what comes of it while it happens. */
export function TryPage() {
  const { t, i18n } = useTranslation('tryIt')
  const { api } = useServices()
  const may = useMay()
  const navigate = route.useNavigate()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const { command: word = usualCommand } = route.useSearch()
  const commands = useQuery(commandsQuery(api, sdkAppId))
  const detail = useQuery(commandQuery(api, sdkAppId, word))
  const [results, setResults] = useState<readonly NumberedResult[]>([])
  useDocumentTitle(t('title'))
  return (
    <>
      <div className={styles.bar}>
        <h1 className={styles.title}>{t('title')}</h1>
      </div>
      <div className={styles.page}>
        <section className={styles.composer} aria-label={t('compose')}>
          <CommandChoice
            commands={commands.data ?? []}
            word={word}
            onChoose={(command) => void navigate({ search: { command }, replace: true })}
          />
          {detail.data !== undefined && (
            <p className={styles.trigger}>
              <Stranger text={i18n.language === 'zh' ? detail.data.trigger.zh : detail.data.trigger.en} />
            </p>
          )}
          {detail.error !== null && <LoadError error={detail.error} onRetry={() => void detail.refetch()} />}
          {detail.data !== undefined && (
            <Composer
              // Another command has another sample.
              key={detail.data.command}
              sdkAppId={sdkAppId}
              detail={detail.data}
              maySend={may.change}
              onResult={(result) => setResults((known) => withResult(known, result))}
            />
          )}
        </section>
        <section className={styles.results} aria-label={t('results')}>
          <h2 className={styles.resultsTitle}>{t('results')}</h2>
          <ResultList sdkAppId={sdkAppId} results={results} />
        </section>
      </div>
    </>
  )
}

function CommandChoice(props: {
  commands: readonly AppCommandSummary[]
  word: string
  onChoose: (word: string) => void
}) {
  const { t } = useTranslation('tryIt')
  const { word } = props
  const sent = props.commands.filter(({ configOnly }) => !configOnly)
  const families = [...Map.groupBy(sent, ({ family }) => family)]
  // The address may name a word that is none; it is shown all the same.
  const isListed = sent.some(({ command }) => command === word)
  return (
    <NativeSelect
      label={t('command')}
      value={word}
      data={[
        ...(isListed ? [] : [word]),
        ...families.map(([group, members]) => ({
          group,
          items: members.map(({ command, phase }) => ({ value: command, label: `${command} — ${t(phase)}` })),
        })),
      ]}
      onChange={(event) => props.onChoose(event.currentTarget.value)}
    />
  )
}
