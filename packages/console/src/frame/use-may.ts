import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries.ts'
import { useServices } from '../services.ts'

/** What the role of anyone who is signed in allows. The API decides; this only hides what it would refuse. */
export interface May {
  /** Change what belongs to an app: webhooks, tokens, deliveries. */
  readonly change: boolean
  /** Do everything: apps, keys. */
  readonly administer: boolean
}

export function useMay(): May {
  const { api } = useServices()
  const { data } = useQuery(sessionQuery(api))
  return mayOf(data?.role)
}

/** Pure: what a role allows; an unknown one, nothing. */
export function mayOf(role: string | undefined): May {
  return { change: role === 'admin' || role === 'operator', administer: role === 'admin' }
}
