import { ActionIcon, Tooltip } from '@mantine/core'
import { IconKeyboard, IconLogout, IconSearch } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { App } from 'livehook/contract'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { versionQuery } from '../api/queries.ts'
import { useServices } from '../services.ts'
import { AppSwitcher } from './app-switcher.tsx'
import { Brand } from './brand.tsx'
import styles from './frame.module.css'
import { LiveMark, StaleBanner } from './live-mark.tsx'
import { RoomLinks } from './room-links.tsx'
import { LanguageMenu, ThemeMenu } from './settings-menus.tsx'
import { useKeys, usePaletteKey } from './use-keys.ts'

// Loaded when someone asks for them: dialogs are the heaviest part of the frame.
const HelpDialog = lazy(async () => ({ default: (await import('./help-dialog.tsx')).HelpDialog }))

const Palette = lazy(async () => ({ default: (await import('../palette/palette.tsx')).Palette }))

/** What stands around every room: which app, which rooms, live or not, settings, keys, the way out. */
export function Frame(props: { apps: readonly App[]; sdkAppId: number | undefined; children: ReactNode }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [hasAskedForHelp, setAskedForHelp] = useState(false)
  const showHelp = (isOpen: boolean) => {
    setAskedForHelp(true)
    setHelpOpen(isOpen)
  }
  const [paletteState, setPaletteState] = useState<'never' | 'open' | 'closed'>('never')
  useKeys({ '?': () => showHelp(!isHelpOpen) })
  usePaletteKey(() => setPaletteState((now) => (now === 'open' ? 'closed' : 'open')))
  const choose = (sdkAppId: number) =>
    void navigate({ to: '/apps/$sdkAppId/deliveries', params: { sdkAppId: String(sdkAppId) } })
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#room">
        {t('frame.skip')}
      </a>
      <header className={styles.side} aria-label={t('frame.banner')}>
        <div className={styles.brand}>
          <Brand />
        </div>
        <div className={styles.switcher}>
          <AppSwitcher apps={props.apps} sdkAppId={props.sdkAppId} onChoose={choose} />
        </div>
        {props.sdkAppId !== undefined && <RoomLinks sdkAppId={props.sdkAppId} />}
        <div className={styles.foot}>
          {props.sdkAppId !== undefined && <LiveMark />}
          <div className={styles.tools}>
            {props.sdkAppId !== undefined && (
              <ToolButton label={t('frame.palette')} icon={IconSearch} onClick={() => setPaletteState('open')} />
            )}
            <ThemeMenu />
            <LanguageMenu />
            <ToolButton label={t('frame.help')} icon={IconKeyboard} onClick={() => showHelp(true)} />
            <SignOutButton />
          </div>
          <VersionText />
        </div>
      </header>
      <div className={styles.work}>
        {props.sdkAppId !== undefined && <StaleBanner />}
        <main id="room" className={styles.room} tabIndex={-1}>
          {props.children}
        </main>
      </div>
      {paletteState !== 'never' && props.sdkAppId !== undefined && (
        <Suspense fallback={null}>
          <Palette
            isOpen={paletteState === 'open'}
            onClose={() => setPaletteState('closed')}
            onHelp={() => showHelp(true)}
            apps={props.apps}
            sdkAppId={props.sdkAppId}
          />
        </Suspense>
      )}
      {hasAskedForHelp && (
        <Suspense fallback={null}>
          <HelpDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}

function ToolButton(props: { label: string; icon: typeof IconLogout; onClick: () => void }) {
  const { icon: ToolIcon } = props
  return (
    <Tooltip label={props.label}>
      <ActionIcon variant="subtle" color="gray" size={30} aria-label={props.label} onClick={props.onClick}>
        <ToolIcon size={17} stroke={1.75} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

function SignOutButton() {
  const { t } = useTranslation()
  const { api } = useServices()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const signOut = useMutation({
    mutationFn: () => api.signOut(),
    networkMode: 'always',
    onSuccess: async () => {
      await navigate({ to: '/sign-in' })
      queryClient.clear()
    },
  })
  return <ToolButton label={t('frame.signOut')} icon={IconLogout} onClick={() => signOut.mutate()} />
}

function VersionText() {
  const { t } = useTranslation()
  const { api } = useServices()
  const { data } = useQuery(versionQuery(api))
  return <p className={styles.version}>{data === undefined ? ' ' : t('frame.version', { version: data.version })}</p>
}
