import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import styles from './dialog.module.css'

/** Deletes a webhook, and leads back to the list. */
export function DeleteDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { sdkAppId } = webhook
  const remove = useMutation({
    networkMode: 'always',
    mutationFn: () => api.deleteWebhook(webhook),
    onSuccess: async () => {
      await navigate({ to: '/apps/$sdkAppId/webhooks', params: { sdkAppId: String(sdkAppId) }, ignoreBlocker: true })
      const { queryKey } = webhooksQuery(api, sdkAppId)
      queryClient.setQueryData(queryKey, (known) => known?.filter((each) => each.webhookId !== webhook.webhookId))
      await queryClient.invalidateQueries({ queryKey })
    },
  })
  return (
    <ConfirmDialog
      title={t('delete.title')}
      text={t('delete.text')}
      confirm={t('delete.confirm')}
      keep={t('delete.keep')}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Stranger text={webhook.name} /> <Stranger text={webhook.url} className={styles.url} />
    </ConfirmDialog>
  )
}
