import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'

/** Takes a webhook's token away. */
export function RemoveTokenDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const remove = useMutation({
    networkMode: 'always',
    mutationFn: () => api.removeToken(webhook),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(api, webhook.sdkAppId).queryKey })
      onClose()
    },
  })
  return (
    <ConfirmDialog
      title={t('token.removeTitle')}
      text={t('token.removeText')}
      confirm={t('token.remove')}
      keep={t('token.keep')}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Stranger text={webhook.name} />
    </ConfirmDialog>
  )
}
