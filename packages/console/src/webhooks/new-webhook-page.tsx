import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { NewWebhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useDocumentTitle } from '../look/document-title.ts'
import { useServices } from '../services.ts'
import { decidersOf } from './deciders.ts'
import { WebhookForm } from './form/webhook-form.tsx'
import { WebhookBar } from './webhook-bar.tsx'

const route = getRouteApi('/signed-in/apps/$sdkAppId/webhooks/new')

/** Registers a webhook; then leads to its token. */
export function NewWebhookPage() {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const sdkAppId = Number(route.useParams().sdkAppId)
  const params = { sdkAppId: String(sdkAppId) }
  const webhooks = useQuery(webhooksQuery(api, sdkAppId))
  useDocumentTitle(t('newTitle'))
  const create = useMutation({
    networkMode: 'always',
    mutationFn: ({ url = '', commands = [], ...members }: Partial<NewWebhook>) =>
      api.createWebhook(sdkAppId, { url, commands, ...members }),
    onSuccess: async ({ webhookId }) => {
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(api, sdkAppId).queryKey })
      await navigate({
        to: '/apps/$sdkAppId/webhooks/$webhookId',
        params: { ...params, webhookId },
        search: { tab: 'token' },
      })
    },
  })
  return (
    <>
      <WebhookBar sdkAppId={sdkAppId} title={t('newTitle')} />
      <WebhookForm
        sdkAppId={sdkAppId}
        deciders={decidersOf(webhooks.data ?? [], undefined)}
        error={create.error}
        isBusy={create.isPending}
        submitLabel={t('form.create')}
        onSubmit={(members) => create.mutate(members)}
      >
        <Button
          variant="default"
          renderRoot={(rest) => <Link {...rest} to="/apps/$sdkAppId/webhooks" params={params} />}
        >
          {t('form.cancel')}
        </Button>
      </WebhookForm>
    </>
  )
}
