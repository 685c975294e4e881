import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { NewWebhook, Webhook } from 'livehook/contract'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useServices } from '../services.ts'
import { decidersOf } from './deciders.ts'
import { WebhookForm } from './form/webhook-form.tsx'

const DeleteDialog = lazy(async () => ({ default: (await import('./delete-dialog.tsx')).DeleteDialog }))

/** Changes a webhook, or deletes it. */
export function SettingsTab({ webhook, all }: { webhook: Webhook; all: readonly Webhook[] }) {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const [isDeleting, setDeleting] = useState(false)
  const { sdkAppId, webhookId } = webhook
  const save = useMutation({
    networkMode: 'always',
    mutationFn: (members: Partial<NewWebhook>) => api.changeWebhook(webhook, members),
    onSuccess: (changed) => {
      const { queryKey } = webhooksQuery(api, sdkAppId)
      queryClient.setQueryData(queryKey, (known) =>
        known?.map((each) => (each.webhookId === webhookId ? changed : each)),
      )
    },
  })
  return (
    <>
      <WebhookForm
        sdkAppId={sdkAppId}
        webhook={webhook}
        deciders={decidersOf(all, webhookId)}
        error={save.error}
        isBusy={save.isPending}
        saved={save.data}
        submitLabel={t('form.save')}
        onSubmit={(members) => save.mutate(members)}
      >
        <Button
          variant="default"
          leftSection={<IconTrash size={15} stroke={1.75} aria-hidden />}
          onClick={() => setDeleting(true)}
        >
          {t('form.delete')}
        </Button>
      </WebhookForm>
      {isDeleting && (
        <Suspense fallback={null}>
          <DeleteDialog webhook={webhook} onClose={() => setDeleting(false)} />
        </Suspense>
      )}
    </>
  )
}
