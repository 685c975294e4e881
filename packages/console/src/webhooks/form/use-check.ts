import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { NewWebhook, WebhookCheck } from 'livehook/contract'
import { useMay } from '../../frame/use-may.ts'
import { useServices } from '../../services.ts'

/** From the last key to the question: nobody reads an answer between two keys. */
const pauseMs = 250

/**
 * Asks the service, while the form is filled in, what it would refuse.
 * @param webhookId the webhook that is changed; `undefined` for a new one
 * @returns what it says of the form as it was a moment ago; `undefined` until the first answer
 */
export function useCheck(
  sdkAppId: number,
  members: Partial<NewWebhook>,
  webhookId: string | undefined,
): WebhookCheck | undefined {
  const may = useMay()
  const { api } = useServices()
  const text = JSON.stringify(webhookId === undefined ? members : { ...members, webhookId })
  const [settled] = useDebouncedValue(text, pauseMs)
  const check = useQuery({
    queryKey: ['webhook-check', sdkAppId, settled],
    queryFn: ({ signal }) => api.checkWebhook(sdkAppId, JSON.parse(settled), signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    enabled: may.change,
  })
  return check.data
}
