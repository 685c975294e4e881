import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { CreatedKey } from 'livehook/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { appsQuery, sessionQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { CommandBlock } from '../look/command-block.tsx'
import { useDocumentTitle } from '../look/document-title.ts'
import { LoadError, Notice } from '../look/notice.tsx'
import styles from '../look/page.module.css'
import { useServices } from '../services.ts'
import { KeyTable } from './key-table.tsx'
import { NewKeyForm } from './new-key-form.tsx'
import { keysQuery } from './queries.ts'

const route = getRouteApi('/signed-in/apps/$sdkAppId/keys')

/** Who may call the API: keys with a role, made here and shown once, and taken away again. */
export function KeysPage() {
  const { t } = useTranslation('keys')
  const { api } = useServices()
  const may = useMay()
  const navigate = route.useNavigate()
  const search = route.useSearch()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const keys = useQuery({ ...keysQuery(api), enabled: may.administer })
  const apps = useQuery(appsQuery(api))
  const session = useQuery(sessionQuery(api))
  // What was made is kept here and nowhere else: leaving the page forgets it.
  const [made, setMade] = useState<CreatedKey | undefined>(undefined)
  useDocumentTitle(t('title'))
  const close = () => void navigate({ search: {} })
  if (!may.administer) {
    return (
      <Notice title={t('title')} isPage>
        <p>{t('notAllowed')}</p>
      </Notice>
    )
  }
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <h1 className={styles.title}>{t('title')}</h1>
        <span className={styles.space} />
        {search.make === undefined && (
          <Button
            size="compact-sm"
            leftSection={<IconPlus size={14} stroke={2} aria-hidden />}
            onClick={() => void navigate({ search: { make: 'key' } })}
          >
            {t('new')}
          </Button>
        )}
      </div>
      <div className={styles.body}>
        {made !== undefined && <MadeKey made={made} onDone={() => setMade(undefined)} />}
        {search.make === 'key' && (
          <NewKeyForm
            sdkAppId={sdkAppId}
            apps={apps.data ?? []}
            onMade={(key) => {
              setMade(key)
              close()
            }}
            onClose={close}
          />
        )}
        {keys.data === undefined && keys.error !== null && (
          <LoadError error={keys.error} onRetry={() => void keys.refetch()} />
        )}
        {keys.data !== undefined && (
          <KeyTable
            keys={keys.data}
            apps={apps.data ?? []}
            ownKeyId={session.data?.keyId}
            revoking={search.revoke}
            onAsk={(keyId) => void navigate({ search: { revoke: keyId } })}
            onClose={close}
          />
        )}
        <p className={styles.muted}>{t('rolesHint')}</p>
      </div>
    </div>
  )
}

function MadeKey({ made, onDone }: { made: CreatedKey; onDone: () => void }) {
  const { t } = useTranslation('keys')
  return (
    <section className={styles.card} aria-label={t('made')}>
      <h2 className={styles.cardTitle}>{t('made')}</h2>
      <p>{t('onlyNow')}</p>
      <CommandBlock command={made.key} label={t('copy')} />
      <div>
        <Button size="compact-sm" variant="default" onClick={onDone}>
          {t('done')}
        </Button>
      </div>
    </section>
  )
}
