import { Button, TextInput } from '@mantine/core'
import { IconRocket } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { CreatedApp } from 'livehook/contract'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { appsQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { useRoomWords } from '../i18n/use-room-words.ts'
import { CommandBlock } from '../look/command-block.tsx'
import { createAppCommand } from '../look/commands.ts'
import { Notice } from '../look/notice.tsx'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { createDemoApp } from './demo.ts'
import styles from './first-run.module.css'

interface MakingProps {
  /** Hears when an app is being made, and when that failed. */
  onMaking: (isMaking: boolean) => void
  /** Hears that one was made whose secret key is on the screen now. */
  onMade?: () => void
}

/** The very first page of an empty store: three ways to the first app, the quickest one first. */
export function FirstApp({ onMaking }: MakingProps) {
  const { t } = useTranslation()
  const { t: words } = useTranslation('firstRun')
  const isReady = useRoomWords('firstRun')
  const [isMade, setMade] = useState(false)
  if (!isReady) return null
  return (
    <Notice title={isMade ? words('app.made') : t('empty.appsTitle')} isPage>
      {!isMade && <p>{t('signIn.what')}</p>}
      <Ways onMaking={onMaking} onMade={() => setMade(true)} />
    </Notice>
  )
}

/** How an app is made: as a demo, with a name of one's own, from a terminal. */
export function Ways({ onMaking, onMade }: MakingProps) {
  const { t } = useTranslation('firstRun')
  const may = useMay()
  const [isMade, setMade] = useState(false)
  const made = () => {
    setMade(true)
    onMade?.()
  }
  return (
    <>
      {!isMade && <p>{t('app.what')}</p>}
      {may.administer ? (
        <>
          {!isMade && <DemoWay onMaking={onMaking} />}
          <OwnWay onMaking={onMaking} onMade={made} />
        </>
      ) : (
        <p>{t('app.needsAdmin')}</p>
      )}
      {!isMade && <TerminalWay />}
    </>
  )
}

function DemoWay({ onMaking }: MakingProps) {
  const { t } = useTranslation('firstRun')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const make = useMutation({
    networkMode: 'always',
    onMutate: () => onMaking(true),
    onError: () => onMaking(false),
    mutationFn: () => createDemoApp(api, (bytes) => crypto.getRandomValues(bytes)),
    onSuccess: async ({ sdkAppId }) => {
      await queryClient.invalidateQueries({ queryKey: appsQuery(api).queryKey })
      await navigate({ to: '/apps/$sdkAppId/deliveries', params: { sdkAppId: String(sdkAppId) } })
    },
  })
  return (
    <section className={styles.way} aria-label={t('app.demoTitle')}>
      <h2 className={styles.wayTitle}>{t('app.demoTitle')}</h2>
      <p>{t('app.demo')}</p>
      <div>
        <Button
          leftSection={<IconRocket size={16} stroke={1.75} aria-hidden />}
          loading={make.isPending}
          onClick={() => make.mutate()}
        >
          {t('app.demoButton')}
        </Button>
      </div>
      <Refusal error={make.error} className={styles.error} />
    </section>
  )
}

function OwnWay({ onMaking, onMade }: MakingProps) {
  const { t } = useTranslation('firstRun')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const make = useMutation({
    networkMode: 'always',
    onMutate: () => onMaking(true),
    onError: () => onMaking(false),
    mutationFn: () => api.createApp(name.trim()),
    onSuccess: () => {
      onMade?.()
      return queryClient.invalidateQueries({ queryKey: appsQuery(api).queryKey })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim() !== '') make.mutate()
  }
  if (make.data !== undefined) return <Created app={make.data} />
  return (
    <section className={styles.way} aria-label={t('app.ownTitle')}>
      <h2 className={styles.wayTitle}>{t('app.ownTitle')}</h2>
      <form className={styles.inline} onSubmit={submit}>
        <TextInput
          label={t('app.name')}
          value={name}
          maxLength={128}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={name.trim() === ''} loading={make.isPending}>
          {t('app.create')}
        </Button>
      </form>
      <Refusal error={make.error} className={styles.error} />
    </section>
  )
}

/** What is shown this once of a new app, and the way on. */
function Created({ app }: { app: CreatedApp }) {
  const { t } = useTranslation('firstRun')
  return (
    <section className={styles.way} aria-label={t('created.title')}>
      <h2 className={styles.wayTitle}>{t('created.title')}</h2>
      <p>
        <Stranger text={app.name} /> <code>{app.sdkAppId}</code>
      </p>
      <p>{t('created.secretKey')}</p>
      <CommandBlock command={app.secretKey} label={t('created.copy')} />
      <div>
        <Button
          renderRoot={(rest) => (
            <Link {...rest} to="/apps/$sdkAppId/webhooks/new" params={{ sdkAppId: String(app.sdkAppId) }} />
          )}
        >
          {t('webhook.register')}
        </Button>
      </div>
    </section>
  )
}

function TerminalWay() {
  const { t } = useTranslation()
  const { t: words } = useTranslation('firstRun')
  return (
    <section className={styles.way} aria-label={words('app.terminalTitle')}>
      <h2 className={styles.wayTitle}>{words('app.terminalTitle')}</h2>
      <CommandBlock command={createAppCommand(window.location.origin)} />
      <p>
        {words('app.appears')} {t('empty.key')}
      </p>
    </section>
  )
}
