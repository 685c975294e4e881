import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { BodyCheck } from 'livehook/contract'
import { useServices } from '../services.ts'

/** From the last key to the question. */
const pauseMs = 250

/** The longest body that is asked about while it is typed; a longer one is judged when it is sent. */
const maxCheckedLength = 200_000

/**
 * Asks the service, while a body is typed, what is wrong with it.
 * @returns what it says of the body as it was a moment ago; `undefined` until the first answer
 */
export function useBodyCheck(sdkAppId: number, command: string, body: string): BodyCheck | undefined {
  const { api } = useServices()
  const [settled] = useDebouncedValue(body, pauseMs)
  const check = useQuery({
    queryKey: ['body-check', sdkAppId, command, settled],
    queryFn: ({ signal }) => api.checkBody(sdkAppId, { command, body: settled, signal }),
    // Of another command it would say nothing.
    placeholderData: (before, query) => (query?.queryKey[2] === command ? before : undefined),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    enabled: settled.trim() !== '' && settled.length <= maxCheckedLength,
  })
  return check.data
}
