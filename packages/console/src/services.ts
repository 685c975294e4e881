// What the pages need and main.tsx has built.

import { createContext, use } from 'react'
import type { Api } from './api/api.ts'
import type { SessionEnd } from './sign-in/session-end.ts'

export interface Services {
  readonly api: Api
  readonly openSource: (url: string) => EventSource
  /** Asks again who is signed in, and asks to sign in again if the session has ended. */
  readonly checkSession: () => void
  readonly sessionEnd: SessionEnd
}

const ServicesContext = createContext<Services | null>(null)
export const ServicesProvider = ServicesContext.Provider

export function useServices(): Services {
  const services = use(ServicesContext)
  if (services === null) throw new Error('useServices needs a ServicesProvider around it.')
  return services
}
