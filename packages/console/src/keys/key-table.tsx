import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { App, Key } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { Refusal } from '../look/refusal.tsx'
import styles from '../look/page.module.css'
import { useServices } from '../services.ts'
import { Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'

export interface KeyTableProps {
  keys: readonly Key[]
  apps: readonly App[]
  /** The key of anyone who is signed in. */
  ownKeyId: string | undefined
  /** The key that is about to be revoked. */
  revoking: string | undefined
  onAsk: (keyId: string) => void
  onClose: () => void
}

/** The keys: whose they are, what they may do, and when they were used last. */
export function KeyTable(props: KeyTableProps) {
  const { t } = useTranslation('keys')
  return (
    // Focusable, since it scrolls if it is narrow.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- see above
    <div className={styles.scroller} role="group" tabIndex={0} aria-label={t('title')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('role')}</th>
            <th scope="col">{t('app')}</th>
            <th scope="col">{t('prefix')}</th>
            <th scope="col">{t('created')}</th>
            <th scope="col">{t('lastUsed')}</th>
            <th scope="col">{t('what')}</th>
          </tr>
        </thead>
        <tbody>
          {props.keys.map((key) => (
            <KeyRow key={key.keyId} {...props} of={key} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function KeyRow({ of: key, ...props }: KeyTableProps & { of: Key }) {
  const { t } = useTranslation('keys')
  const app = props.apps.find((known) => known.sdkAppId === key.sdkAppId)
  return (
    <tr>
      <th scope="row">
        <Stranger text={key.name} /> <code className={styles.muted}>{key.keyId}</code>
        {key.keyId === props.ownKeyId && <span className={styles.muted}> · {t('yours')}</span>}
      </th>
      <td>{t(`roleWord.${key.role}`)}</td>
      <td>{key.sdkAppId === null ? t('allApps') : <AppName sdkAppId={key.sdkAppId} name={app?.name} />}</td>
      <td>{key.prefix === null ? '–' : <code>{key.prefix}…</code>}</td>
      <td>{key.createdAt === null ? t('environment') : <Instant at={key.createdAt} />}</td>
      <td>{key.lastUsedAt === null ? t('never') : <Instant at={key.lastUsedAt} />}</td>
      <td>
        <Revoke {...props} of={key} />
      </td>
    </tr>
  )
}

function AppName({ sdkAppId, name }: { sdkAppId: number; name: string | undefined }) {
  if (name === undefined) return <code>{sdkAppId}</code>
  return (
    <>
      <Stranger text={name} /> <code className={styles.muted}>{sdkAppId}</code>
    </>
  )
}

/** Taken away only after it was asked for twice: what uses the key stops at once. */
function Revoke({ of: key, ...props }: KeyTableProps & { of: Key }) {
  const { t } = useTranslation('keys')
  const { api } = useServices()
  const cache = useQueryClient()
  const revoke = useMutation({
    networkMode: 'always',
    mutationFn: () => api.revokeKey(key.keyId),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ['keys'] })
      props.onClose()
    },
  })
  // It goes with the setting that it comes from.
  if (key.createdAt === null) return <span className={styles.muted}>{t('bySetting')}</span>
  if (props.revoking !== key.keyId) {
    return (
      <Button
        size="compact-xs"
        variant="default"
        className={styles.danger}
        aria-label={t('revokeNamed', { name: key.name })}
        onClick={() => props.onAsk(key.keyId)}
      >
        {t('revoke')}
      </Button>
    )
  }
  return (
    <div>
      <p>{key.keyId === props.ownKeyId ? t('sureOwn') : t('sure')}</p>
      <div className={styles.buttons}>
        <Button
          size="compact-xs"
          variant="default"
          className={styles.danger}
          loading={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          {t('revokeNow')}
        </Button>
        <Button size="compact-xs" variant="default" onClick={props.onClose}>
          {t('keep')}
        </Button>
      </div>
      <Refusal error={revoke.error} className={styles.problem} />
    </div>
  )
}
