import { useQuery } from '@tanstack/react-query'
import type { DeliveryDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { CopyTextButton } from '../look/copy-button.tsx'
import { useServices } from '../services.ts'
import { curlOf } from './curl.ts'

/** Copies the request as a command line. It holds no secret: Sign is made where it runs. */
export function CurlButton({ detail }: { detail: DeliveryDetail }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const webhooks = useQuery(webhooksQuery(api, detail.sdkAppId))
  const webhook = webhooks.data?.find((known) => known.webhookId === detail.webhookId)
  const command = webhook === undefined ? undefined : curlOf(detail, webhook)
  if (command === undefined) return null
  const hint = webhook?.tokenSet === true ? t('detail.curlSigned') : t('detail.curlUnsigned')
  return <CopyTextButton text={command} label={t('detail.copyCurl')} hint={hint} />
}
