// Which address shows what. Everything that a person has chosen (app, filter, delivery, attempt, tab) stands in it.

import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import type { i18n } from 'i18next'
import type { Api } from './api/api.ts'
import { ApiError } from './api/call.ts'
import { sessionQuery } from './api/queries.ts'
import { readAuditSearch } from './audit/audit-search.ts'
import { readDecisionSearch } from './decisions/decision-search.ts'
import { readCommandSearch } from './commands/command-search.ts'
import { readDeliverySearch } from './deliveries/delivery-search.ts'
import { AppFrame } from './frame/app-frame.tsx'
import { CrashPage, NotFoundPage } from './frame/error-pages.tsx'
import { HomePage } from './frame/home-page.tsx'
import { SignedIn } from './frame/signed-in.tsx'
import { loadRoomWords } from './i18n/rooms.ts'
import { readKeysSearch } from './keys/keys-search.ts'
import { readOverviewSearch } from './overview/overview-search.ts'
import type { SignInCode } from './sign-in/sign-in-code.ts'
import { readTrySearch } from './try-it/try-search.ts'
import { readWebhookSearch } from './webhooks/webhook-search.ts'

interface RouterContext {
  readonly api: Api
  readonly queryClient: QueryClient
  readonly signInCode: SignInCode
  readonly i18n: i18n
}

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet })

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search['to'] === 'string' ? { to: search['to'] } : {},
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
})

const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData({ ...sessionQuery(context.api), retry: false })
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href } })
    }
  },
  component: SignedIn,
})

const newAppRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/new-app',
  loader: ({ context }) => loadRoomWords(context.i18n, ['firstRun']),
  component: lazyRouteComponent(() => import('./first-run/new-app-page.tsx'), 'NewAppPage'),
})

const homeRoute = createRoute({ getParentRoute: () => signedInRoute, path: '/', component: HomePage })

const appRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/apps/$sdkAppId',
  component: AppFrame,
})

const appHomeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/apps/$sdkAppId/deliveries', params, replace: true })
  },
})

const deliveriesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'deliveries',
  validateSearch: readDeliverySearch,
  component: lazyRouteComponent(() => import('./deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
})

const overviewRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'overview',
  validateSearch: readOverviewSearch,
  loader: ({ context }) => loadRoomWords(context.i18n, ['overview']),
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
})

const decisionsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'decisions',
  validateSearch: readDecisionSearch,
  loader: ({ context }) => loadRoomWords(context.i18n, ['decisions']),
  component: lazyRouteComponent(() => import('./decisions/decisions-page.tsx'), 'DecisionsPage'),
})

const webhooksRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'webhooks',
  loader: ({ context }) => loadRoomWords(context.i18n, ['registration']),
  component: lazyRouteComponent(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
})

const newWebhookRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'webhooks/new',
  loader: ({ context }) => loadRoomWords(context.i18n, ['registration']),
  component: lazyRouteComponent(() => import('./webhooks/new-webhook-page.tsx'), 'NewWebhookPage'),
})

const webhookRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'webhooks/$webhookId',
  validateSearch: readWebhookSearch,
  loader: ({ context }) => loadRoomWords(context.i18n, ['registration']),
  component: lazyRouteComponent(() => import('./webhooks/webhook-page.tsx'), 'WebhookPage'),
})

const commandsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'commands',
  validateSearch: readCommandSearch,
  loader: ({ context }) => loadRoomWords(context.i18n, ['commands']),
  component: lazyRouteComponent(() => import('./commands/commands-page.tsx'), 'CommandsPage'),
})

const tryRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'try',
  validateSearch: readTrySearch,
  loader: ({ context }) => loadRoomWords(context.i18n, ['tryIt']),
  component: lazyRouteComponent(() => import('./try-it/try-page.tsx'), 'TryPage'),
})

const keysRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'keys',
  validateSearch: readKeysSearch,
  loader: ({ context }) => loadRoomWords(context.i18n, ['keys']),
  component: lazyRouteComponent(() => import('./keys/keys-page.tsx'), 'KeysPage'),
})

const auditRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'audit',
  validateSearch: readAuditSearch,
  loader: ({ context }) => loadRoomWords(context.i18n, ['audit']),
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
})

const settingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: 'settings',
  loader: ({ context }) => loadRoomWords(context.i18n, ['settings']),
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  signedInRoute.addChildren([
    homeRoute,
    newAppRoute,
    appRoute.addChildren([
      appHomeRoute,
      overviewRoute,
      deliveriesRoute,
      decisionsRoute,
      webhooksRoute,
      newWebhookRoute,
      webhookRoute,
      commandsRoute,
      tryRoute,
      keysRoute,
      auditRoute,
      settingsRoute,
    ]),
  ]),
])

/** Builds the router; `context` is what the routes check before they show anything. */
export function createConsoleRouter(context: RouterContext) {
  return createRouter({
    routeTree,
    context,
    // Every parameter is a word: no JSON in addresses that people read and share.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const words = Object.entries(search).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      )
      return words.length === 0 ? '' : `?${new URLSearchParams(words)}`
    },
    defaultErrorComponent: CrashPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultStructuralSharing: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
