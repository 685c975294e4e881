// What the pages need and main.tsx has built.

import { createContext, use } from 'react'
import type { Api } from './api/api.ts'

export interface Services {
  readonly api: Api
  readonly openSource: (url: string) => EventSource
  /** Asks again who is signed in, and shows the sign-in page where nobody is. */
  readonly checkSession: () => void
}

const ServicesContext = createContext<Services | null>(null)
export const ServicesProvider = ServicesContext.Provider

export function useServices(): Services {
  const services = use(ServicesContext)
  if (services === null) throw new Error('useServices needs a ServicesProvider around it.')
  return services
}
