import { Menu, VisuallyHidden } from '@mantine/core'
import { IconPlus, IconSelector } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { App } from 'livehook/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Stranger } from '../text/stranger.tsx'
import styles from './app-switcher.module.css'
import { useMay } from './use-may.ts'

/** From this many apps on there is a box to search them by name or SdkAppId. */
const searchFrom = 8

/** As many are listed; the box finds the others. */
const maxListed = 100

/** Which app's rooms are shown. */
export function AppSwitcher(props: {
  apps: readonly App[]
  sdkAppId: number | undefined
  onChoose: (sdkAppId: number) => void
}) {
  const { t } = useTranslation()
  const may = useMay()
  const [search, setSearch] = useState('')
  const current = props.apps.find((app) => app.sdkAppId === props.sdkAppId)
  const wanted = search.trim().toLowerCase()
  const found = props.apps.filter(
    (app) => app.name.toLowerCase().includes(wanted) || String(app.sdkAppId).includes(wanted),
  )
  if (props.apps.length === 0) return null
  return (
    <Menu position="bottom-start" width={264} onClose={() => setSearch('')}>
      <Menu.Target>
        <button type="button" className={styles.switcher}>
          <VisuallyHidden>{t('frame.switchApp')}</VisuallyHidden>
          {current === undefined ? <span>{t('frame.app')}</span> : <AppText app={current} />}
          <IconSelector size={15} stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={styles.dropdown}>
        {props.apps.length >= searchFrom && (
          <Menu.Search
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            placeholder={t('frame.searchApp')}
            aria-label={t('frame.searchApp')}
          />
        )}
        <Menu.RadioGroup value={String(props.sdkAppId)} onChange={(value) => props.onChoose(Number(value))}>
          {found.slice(0, maxListed).map((app) => (
            <Menu.RadioItem key={app.sdkAppId} value={String(app.sdkAppId)} closeMenuOnClick>
              <AppText app={app} />
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        {may.administer && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconPlus size={15} stroke={1.75} aria-hidden />}
              renderRoot={(rest) => <Link {...rest} to="/new-app" />}
            >
              {t('frame.newApp')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function AppText({ app }: { app: App }) {
  return (
    <span className={styles.app}>
      <Stranger text={app.name} className={styles.name} />
      <span className={styles.id}>{app.sdkAppId}</span>
    </span>
  )
}
