// The console, joined together. In reading order:
//   router.tsx      which address shows what
//   frame/          what stands around every room: app, rooms, settings, live state, keys
//   sign-in/        by address or by key
//   feed/           live lists: rows, filters, what goes on top and what waits
//   deliveries/     the list, its filter, and one delivery in detail
//   webhooks/       their list, and one: its form (form/), its token, its staged test
//   try-it/         composing an event and watching what comes of it
//   commands/       the catalogue
//   first-run/      the first clicks of an empty store
//   live/           the stream of server-sent events
//   api/            the HTTP API
//   text/, look/    how text of strangers, times and states are shown; i18n/ in which words

import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { createApi } from './api/api.ts'
import { ApiError } from './api/call.ts'
import { isWorthRetrying, sessionQuery } from './api/queries.ts'
import { createI18n, preferredLanguage } from './i18n/i18n.ts'
import './look/mantine.css'
import './look/tokens.css'
import './look/global.css'
import { theme } from './look/theme.ts'
import { createConsoleRouter } from './router.tsx'
import { ServicesProvider } from './services.ts'
import { createSessionEnd } from './sign-in/session-end.ts'
import { takeSignInCode } from './sign-in/sign-in-code.ts'
import { ClockProvider, createClock } from './text/clock.tsx'

async function start(): Promise<void> {
  // First of all, before anything else can read, keep or show the address.
  const signInCode = takeSignInCode(window)
  const api = createApi(
    (input, init) => window.fetch(input, init),
    () => Date.now(),
  )
  const sessionEnd = createSessionEnd()
  // Nothing that was typed may be lost to it: the page stays, and asks to sign in again. A page that never had a session is
  // led to the sign-in page by the router.
  const noteSignedOut = (error: unknown) => {
    const hadSession = queryClient.getQueryData(sessionQuery(api).queryKey) !== undefined
    if (error instanceof ApiError && error.status === 401 && hadSession) sessionEnd.end()
  }
  const queryClient: QueryClient = new QueryClient({
    defaultOptions: { queries: { retry: isWorthRetrying, refetchOnWindowFocus: true, networkMode: 'always' } },
    queryCache: new QueryCache({ onError: noteSignedOut }),
    mutationCache: new MutationCache({ onError: noteSignedOut }),
  })
  const i18n = await createI18n(preferredLanguage(localStorage, navigator.languages))
  const router = createConsoleRouter({ api, queryClient, signInCode, i18n })
  const checkSession = () => void queryClient.fetchQuery({ ...sessionQuery(api), staleTime: 0 }).catch(() => undefined)
  const colorSchemeManager = localStorageColorSchemeManager({ key: 'livehook.color-scheme' })
  const root = document.querySelector('#root')
  if (root === null) throw new Error('The page has no #root.')

  createRoot(root).render(
    // Without run-time style elements: see look/tokens.css.
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <I18nextProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <ServicesProvider value={{ api, openSource: (url) => new EventSource(url), checkSession, sessionEnd }}>
            <ClockProvider value={createClock(() => Date.now())}>
              <RouterProvider router={router} />
            </ClockProvider>
          </ServicesProvider>
        </QueryClientProvider>
      </I18nextProvider>
    </MantineProvider>,
  )
}

void start()
