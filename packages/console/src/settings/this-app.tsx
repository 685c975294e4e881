import { Button, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { App } from 'livehook/contract'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { appsQuery } from '../api/queries.ts'
import '../look/mantine-forms.css'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { ConfirmDialog } from '../webhooks/confirm-dialog.tsx'
import styles from './settings-page.module.css'

/** Gives an app another name. */
export function RenameApp({ app }: { app: App }) {
  const { t } = useTranslation('settings')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const [name, setName] = useState(app.name)
  const wanted = name.trim()
  const rename = useMutation({
    networkMode: 'always',
    mutationFn: () => api.renameApp(app.sdkAppId, wanted),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: appsQuery(api).queryKey }),
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (wanted !== '' && wanted !== app.name) rename.mutate()
  }
  return (
    <form className={styles.rename} onSubmit={submit}>
      <TextInput
        size="xs"
        aria-label={t('appName')}
        value={name}
        maxLength={128}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button
        type="submit"
        size="xs"
        variant="default"
        disabled={wanted === '' || wanted === app.name}
        loading={rename.isPending}
      >
        {t('rename')}
      </Button>
      <Refusal error={rename.error} className={styles.problem} />
    </form>
  )
}

/** Deletes an app, after a question; the service refuses while it has webhooks. */
export function DeleteApp({ app }: { app: App }) {
  const { t } = useTranslation('settings')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const remove = useMutation({
    networkMode: 'always',
    mutationFn: () => api.deleteApp(app.sdkAppId),
    onSuccess: async () => {
      await navigate({ to: '/' })
      await queryClient.invalidateQueries({ queryKey: appsQuery(api).queryKey })
    },
  })
  return (
    <>
      <Button size="xs" variant="default" className={styles.danger} onClick={() => setAsking(true)}>
        {t('deleteAsk')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('deleteTitle')}
          text={t('deleteText')}
          confirm={t('deleteConfirm')}
          keep={t('deleteKeep')}
          error={remove.error}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => {
            setAsking(false)
            remove.reset()
          }}
        >
          <Stranger text={app.name} />
        </ConfirmDialog>
      )}
    </>
  )
}
