import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { NewWebhook, WebhookCheck, WebhookCheckRequest } from 'livehook/contract'
import { ApiError } from '../../api/call.ts'
import { useMay } from '../../frame/use-may.ts'
import { useServices } from '../../services.ts'
import { problemsOfError } from './refusals.ts'

/** From the last key to the question: no one reads an answer between two keys. */
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
    queryFn: ({ signal }) =>
      checkWhatFits((fitting) => api.checkWebhook(sdkAppId, fitting, signal), JSON.parse(settled)),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    enabled: may.change,
  })
  return check.data
}

/**
 * A member that does not fit the contract at all (a name of a thousand characters) is refused before anything is looked at. The
 * others are asked about without it, so that one long name does not silence the URL.
 */
async function checkWhatFits(
  ask: (members: WebhookCheckRequest) => Promise<WebhookCheck>,
  members: WebhookCheckRequest,
): Promise<WebhookCheck> {
  try {
    return await ask(members)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error
    const misfits = new Set(error.errors.map(({ pointer }) => pointer.split('/')[1]))
    const rest = Object.fromEntries(Object.entries(members).filter(([name]) => !misfits.has(name)))
    if (Object.keys(rest).length === Object.keys(members).length) throw error
    const check = await ask(rest)
    return { ...check, ok: false, problems: [...problemsOfError(error), ...check.problems] }
  }
}
