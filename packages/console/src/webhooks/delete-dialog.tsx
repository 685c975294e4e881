import { Button, Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { visibleText } from '../text/visible-text.ts'
import styles from './dialog.module.css'

/** Says what deleting means, and does it. */
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
      await navigate({ to: '/apps/$sdkAppId/webhooks', params: { sdkAppId: String(sdkAppId) } })
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(api, sdkAppId).queryKey })
    },
  })
  return (
    <Modal.Root opened onClose={onClose} centered lockScroll={false}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={styles.head}>
          <Modal.Title>{t('delete.title')}</Modal.Title>
          <Modal.CloseButton aria-label={t('delete.keep')} />
        </div>
        <Modal.Body>
          <div className={styles.body}>
            <p className={styles.subject}>
              <Stranger text={webhook.name} /> <Stranger text={webhook.url} className={styles.url} />
            </p>
            <p>{t('delete.text')}</p>
            {remove.error !== null && (
              <p role="alert" className={styles.error}>
                {visibleText(remove.error.message)}
              </p>
            )}
            <div className={styles.buttons}>
              <Button variant="default" data-autofocus onClick={onClose}>
                {t('delete.keep')}
              </Button>
              <Button
                variant="default"
                className={styles.danger}
                loading={remove.isPending}
                onClick={() => remove.mutate()}
              >
                {t('delete.confirm')}
              </Button>
            </div>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
