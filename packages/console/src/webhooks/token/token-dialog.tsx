import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../../api/queries.ts'
import { useServices } from '../../services.ts'
import { Stranger } from '../../text/stranger.tsx'
import { ConfirmDialog } from '../confirm-dialog.tsx'

/** What cannot be undone: the token is taken away, the new one takes over now, or it is forgotten. */
export type FinalMove = 'remove' | 'finish' | 'cancel'

/** Says what a final move means for the receiver, and makes it only then. */
export function TokenDialog(props: { webhook: Webhook; move: FinalMove; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const { webhook, move } = props
  const calls: Readonly<Record<FinalMove, () => Promise<Webhook>>> = {
    remove: () => api.removeToken(webhook),
    finish: () => api.finishRotation(webhook),
    cancel: () => api.cancelRotation(webhook),
  }
  const make = useMutation({
    networkMode: 'always',
    mutationFn: () => calls[move](),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(api, webhook.sdkAppId).queryKey })
      props.onDone()
    },
  })
  return (
    <ConfirmDialog
      title={t(`token.final.${move}.title`)}
      text={t(`token.final.${move}.text`)}
      confirm={t(`token.final.${move}.confirm`)}
      keep={t(`token.final.${move}.keep`)}
      error={make.error}
      isBusy={make.isPending}
      onConfirm={() => make.mutate()}
      onClose={props.onClose}
    >
      <Stranger text={webhook.name} />
    </ConfirmDialog>
  )
}
