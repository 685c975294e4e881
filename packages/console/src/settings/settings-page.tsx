import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { appsQuery, sessionQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { switchLanguage } from '../i18n/i18n.ts'
import { languages } from '../i18n/language.ts'
import { CopyIconButton } from '../look/copy-button.tsx'
import { useDocumentTitle } from '../look/document-title.ts'
import page from '../look/page.module.css'
import { useServices } from '../services.ts'
import { ExactInstant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import styles from './settings-page.module.css'
import { DeleteApp, RenameApp } from './this-app.tsx'

const route = getRouteApi('/signed-in/apps/$sdkAppId/settings')

/** How the console looks and speaks; who is signed in; what the service is and what it keeps. */
export function SettingsPage() {
  const { t } = useTranslation('settings')
  const sdkAppId = Number(route.useParams().sdkAppId)
  useDocumentTitle(t('title'))
  return (
    <div className={page.page}>
      <div className={page.bar}>
        <h1 className={page.title}>{t('title')}</h1>
      </div>
      <div className={page.body}>
        <Looks />
        <SignedIn sdkAppId={sdkAppId} />
        <ThisApp sdkAppId={sdkAppId} />
        <Service />
      </div>
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2 className={styles.title}>{title}</h2>
      <dl className={styles.facts}>{children}</dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Looks() {
  const { t } = useTranslation('settings')
  const { t: base, i18n } = useTranslation()
  // Suppressing transitions during the change would need a <style> element.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const chooseLanguage = (value: string) => {
    const chosen = languages.find((language) => language.code === value)
    if (chosen !== undefined) void switchLanguage(i18n, chosen.code)
  }
  return (
    <Section title={t('looks')}>
      <Fact name={base('frame.language')}>
        <SegmentedControl
          size="xs"
          aria-label={base('frame.language')}
          value={i18n.language}
          onChange={chooseLanguage}
          data={languages.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Fact>
      <Fact name={base('frame.theme')}>
        <SegmentedControl
          size="xs"
          aria-label={base('frame.theme')}
          value={colorScheme}
          onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
          data={[
            { value: 'light', label: base('frame.themeLight') },
            { value: 'dark', label: base('frame.themeDark') },
            { value: 'auto', label: base('frame.themeSystem') },
          ]}
        />
      </Fact>
      <Fact name={t('zone')}>{new Intl.DateTimeFormat().resolvedOptions().timeZone}</Fact>
    </Section>
  )
}

function SignedIn({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation('settings')
  const { api } = useServices()
  const may = useMay()
  const session = useQuery(sessionQuery(api))
  const params = { sdkAppId: String(sdkAppId) }
  const { data } = session
  if (data === undefined) return null
  return (
    <Section title={t('session')}>
      <Fact name={t('key')}>
        <Stranger text={data.keyName === '' ? data.keyId : data.keyName} />
      </Fact>
      <Fact name={t('role')}>
        {t(`roleWord.${data.role}`)}
        {data.sdkAppId !== null && ` · ${data.sdkAppId}`}
      </Fact>
      <Fact name={t('expires')}>
        <ExactInstant at={data.expiresAt} />
      </Fact>
      {may.administer && (
        <Fact name={t('keys')}>
          <Link to="/apps/$sdkAppId/keys" params={params}>
            {t('toKeys')}
          </Link>
        </Fact>
      )}
    </Section>
  )
}

function ThisApp({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation('settings')
  const { t: base } = useTranslation()
  const { api } = useServices()
  const may = useMay()
  const apps = useQuery(appsQuery(api))
  const app = apps.data?.find((known) => known.sdkAppId === sdkAppId)
  if (app === undefined) return null
  return (
    <Section title={base('frame.app')}>
      <Fact name={t('name')}>{may.change ? <RenameApp key={app.name} app={app} /> : <Stranger text={app.name} />}</Fact>
      <Fact name="SdkAppId">
        <span className={styles.id}>
          <code>{app.sdkAppId}</code>
          <CopyIconButton text={String(app.sdkAppId)} label={base('copy.copy')} />
        </span>
      </Fact>
      <Fact name={t('created')}>
        <ExactInstant at={app.createdAt} />
      </Fact>
      {may.administer && (
        <Fact name={t('deleteFact')}>
          <DeleteApp app={app} />
        </Fact>
      )}
    </Section>
  )
}

function Service() {
  const { t } = useTranslation('settings')
  const { api } = useServices()
  const facts = useQuery({
    queryKey: ['service'],
    queryFn: () => api.getServiceFacts(),
    staleTime: Infinity,
  })
  const { data } = facts
  if (data === undefined) return null
  const kept = (days: number) => (days === 0 ? t('forGood') : t('days', { count: days }))
  return (
    <Section title={t('service')}>
      <Fact name={t('version')}>
        {data.version} · Node {data.node}
      </Fact>
      <Fact name={t('retention')}>
        {kept(data.retentionDays)} <code className={styles.setting}>LIVEHOOK_RETENTION_DAYS</code>
      </Fact>
      <Fact name={t('auditKept')}>
        {kept(data.auditDays)} <code className={styles.setting}>LIVEHOOK_AUDIT_DAYS</code>
      </Fact>
      <Fact name={t('contract')}>
        <a href="/docs">{t('docs')}</a> · <a href="/openapi.json">/openapi.json</a>
      </Fact>
    </Section>
  )
}
