import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconKey, IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { DeliveryDetail, Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { CopyTextButton } from '../look/copy-button.tsx'
import { useServices } from '../services.ts'
import { useCopy } from '../text/copy.ts'
import { curlOf, signOf } from './curl.ts'

/** Copies the request as a command line, which holds no secret; and, by a button of its own, one that does. */
export function CurlButton({ detail }: { detail: DeliveryDetail }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const may = useMay()
  const webhooks = useQuery(webhooksQuery(api, detail.sdkAppId))
  const webhook = webhooks.data?.find((known) => known.webhookId === detail.webhookId)
  const command = webhook === undefined ? undefined : curlOf(detail, webhook)
  if (webhook === undefined || command === undefined) return null
  const hint = webhook.tokenSet ? t('detail.curlSigned') : t('detail.curlUnsigned')
  return (
    <>
      <CopyTextButton text={command} label={t('detail.copyCurl')} hint={hint} />
      {webhook.tokenSet && may.change && <SignedCurlButton detail={detail} webhook={webhook} />}
    </>
  )
}

const icons = { ready: IconKey, copied: IconCheck, failed: IconX } as const

/** A Sign is as good as the token for a minute: it is made and copied only by this click, which says so. */
function SignedCurlButton({ detail, webhook }: { detail: DeliveryDetail; webhook: Webhook }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { state, copy } = useCopy()
  const make = useMutation({
    networkMode: 'always',
    mutationFn: () => api.sampleRequest(webhook),
    onSuccess: ({ url }) => copy(curlOf(detail, webhook, signOf(url)) ?? ''),
  })
  const StateIcon = icons[make.isError ? 'failed' : state]
  const said = { ready: '', copied: t('copy.copied'), failed: t('copy.failed') }[state]
  return (
    <>
      <Tooltip label={t('detail.curlSecret')} multiline maw={320}>
        <ActionIcon
          variant="default"
          size={26}
          aria-label={t('detail.curlSecret')}
          loading={make.isPending}
          onClick={() => make.mutate()}
        >
          <StateIcon size={14} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <VisuallyHidden>
        <output>{said}</output>
      </VisuallyHidden>
    </>
  )
}
