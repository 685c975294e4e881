import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { App, CreatedKey, NewKey } from 'livehook/contract'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Refusal } from '../look/refusal.tsx'
import styles from '../look/page.module.css'
import { useServices } from '../services.ts'
import { visibleLine } from '../text/visible-text.ts'
import { needsApp, roles, takesApp, type RoleWord } from './roles.ts'

/** Which key is to be made: its name, what it may do, and of which app. */
export function NewKeyForm(props: {
  sdkAppId: number
  apps: readonly App[]
  onMade: (key: CreatedKey) => void
  onClose: () => void
}) {
  const { t } = useTranslation('keys')
  const { api } = useServices()
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<RoleWord>('ingest')
  const [app, setApp] = useState(String(props.sdkAppId))
  const [isIncomplete, setIncomplete] = useState(false)
  const create = useMutation({
    networkMode: 'always',
    mutationFn: (key: NewKey) => api.createKey(key),
    onSuccess: async (made) => {
      props.onMade(made)
      await cache.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setIncomplete(name.trim() === '')
    if (name.trim() === '') return
    create.mutate({ name: name.trim(), role, ...(takesApp(role) && app !== '' ? { sdkAppId: Number(app) } : {}) })
  }
  const changeRole = (value: string) => {
    const next = roles.find((known) => known === value) ?? 'read'
    setRole(next)
    if (needsApp(next) && app === '') setApp(String(props.sdkAppId))
  }
  const appChoices = props.apps.map((known) => ({
    value: String(known.sdkAppId),
    label: `${visibleLine(known.name, 60)} · ${known.sdkAppId}`,
  }))
  return (
    <form className={styles.card} aria-label={t('new')} onSubmit={submit}>
      <h2 className={styles.cardTitle}>{t('new')}</h2>
      <TextInput
        size="sm"
        label={t('name')}
        description={t('nameHint')}
        value={name}
        maxLength={128}
        autoComplete="off"
        data-autofocus
        error={isIncomplete && t('needsName')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        size="sm"
        label={t('role')}
        description={t(`roleHint.${role}`)}
        value={role}
        data={roles.map((value) => ({ value, label: t(`roleWord.${value}`) }))}
        onChange={(event) => changeRole(event.currentTarget.value)}
      />
      {takesApp(role) && (
        <NativeSelect
          size="sm"
          label={t('app')}
          value={app}
          data={needsApp(role) ? appChoices : [{ value: '', label: t('allApps') }, ...appChoices]}
          onChange={(event) => setApp(event.currentTarget.value)}
        />
      )}
      <Refusal error={create.error} className={styles.problem} />
      <div className={styles.buttons}>
        <Button type="submit" size="compact-sm" loading={create.isPending}>
          {t('make')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={props.onClose}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  )
}
