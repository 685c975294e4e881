// The HTTP edge: one Fastify, the gates, the routes. Every error leaves as problem+json.
// in reading order: contract/, present/, listener/, gates/, routes/, v4/.

import type { FastifyInstance } from 'fastify'
import fastify from 'fastify'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from '../domain/errors/service-error.ts'
import type { Deadline } from '../domain/deadline.ts'
import type { EngineParts } from '../engine/engine.ts'
import type { Log } from '../observe/log.ts'
import type { WebhookRegistry } from '../engine/kept/webhook-registry.ts'
import type { ServiceEvents } from '../observe/events.ts'
import type { Store } from '../store/port/port.ts'
import type { AuthDeps } from './gates/auth.ts'
import type { Audit } from './gates/audit.ts'
import { createAudit } from './gates/audit.ts'
import { guard } from './gates/auth.ts'
import type { StallWatch } from './gates/stall-watch.ts'
import { createStallWatch } from './gates/stall-watch.ts'
import { createWrongTries } from './gates/wrong-tries.ts'
import { createHttpsListener } from './listener/https-listener.ts'
import type { WatchedTlsFiles } from './listener/tls-files.ts'
import type { RequestBounds } from './listener/listener-manners.ts'
import {
  createAnswerGarbled,
  createMissing,
  requestBounds,
  requireKnownFraming,
  requireOneHost,
  teachManners,
} from './listener/listener-manners.ts'
import { readJsonStrictly } from './listener/json-body.ts'
import type { KnownRoute } from './gates/known-routes.ts'
import { noteRoutes } from './gates/known-routes.ts'
import { createValidatorCompiler } from './listener/validation.ts'
import { knownError, sendProblem } from './present/problem.ts'
import { appRoutes } from './routes/registrations/apps.ts'
import { askRoutes } from './routes/events/asks.ts'
import { auditRoutes } from './routes/access/audit.ts'
import { bodyCheckRoutes } from './routes/events/body-check.ts'
import { commandRoutes } from './routes/registrations/commands.ts'
import { consoleRoutes, isConsoleAddress, sendPage } from './routes/service/console.ts'
import { customCommandRoutes } from './routes/registrations/custom-commands.ts'
import { decisionRoutes } from './routes/history/decisions.ts'
import { incidentRoutes } from './routes/history/incidents.ts'
import { deliveryRoutes } from './routes/history/deliveries.ts'
import { docsRoutes } from './routes/service/docs.ts'
import { eventRoutes } from './routes/events/events.ts'
import { keptEventRoutes } from './routes/events/kept-events.ts'
import { keyRoutes } from './routes/access/keys.ts'
import { sampleRequestRoutes } from './routes/events/sample-request.ts'
import { redeliveryRoutes } from './routes/history/redeliveries.ts'
import { statsRoutes } from './routes/history/stats.ts'
import { healthRoutes } from './routes/service/health.ts'
import { openApiRoutes } from './routes/service/openapi.ts'
import { probeRoutes } from './routes/registrations/probe.ts'
import { sessionRoutes } from './routes/access/session.ts'
import { metricsRoutes } from './routes/service/metrics.ts'
import { streamRoutes } from './routes/history/stream.ts'
import type { Watchers } from './routes/history/watchers.ts'
import { createWatchers } from './routes/history/watchers.ts'
import { webhookCheckRoutes } from './routes/registrations/webhook-check.ts'
import { tokenRotationRoutes } from './routes/registrations/token-rotation.ts'
import { tokenRoutes } from './routes/registrations/tokens.ts'
import { webhookRoutes } from './routes/registrations/webhooks.ts'
import { configurationPrefix } from './gates/configuration-paths.ts'
import { configurationRoutes, isConfigurationCall, sendBadCall } from './v4/routes.ts'

export interface HttpDeps extends AuthDeps, Omit<EngineParts, 'askIds' | 'runExclusive' | 'leases'> {
  readonly store: Store
  /** CIDRs of proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustProxy: readonly string[]
  /** The service's own certificate; `undefined` for plain http. */
  readonly tlsFiles: WatchedTlsFiles | undefined
  readonly events: ServiceEvents
  readonly registry: Pick<WebhookRegistry, 'get'>
  readonly random: () => number
  readonly now: () => number
  readonly log: Log
  readonly version: string
  readonly kept: { readonly retentionDays: number; readonly auditDays: number }
  readonly consoleFolder: string
  readonly docsFolder: string
  /** How long a request may take to arrive; those of listener-manners.ts if left out. */
  readonly requestBounds?: RequestBounds | undefined
}

export interface HttpEdge {
  /** @returns the port that was taken */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>
  /** Ends what watches, and lets answers that are under way finish until the deadline, but not for long. */
  close(deadline: Deadline): Promise<void>
}

/** Milliseconds. How long answers that are under way may take at most once the service closes. */
const closeWithinMs = 3000

const maxHeaderSize = 16_384

/** Longer than the minute after which most proxies let go of an idle connection: the side that pools must be the one that closes. */
const keepAliveTimeout = 72_000

/** Bodies of everything but events. */
const maxBodyBytes = 65_536

export async function createHttpEdge(deps: HttpDeps): Promise<HttpEdge> {
  const openStreams = new Set<() => void>()
  const onStop = (end: () => void): (() => void) => {
    openStreams.add(end)
    return () => openStreams.delete(end)
  }
  const bounds = deps.requestBounds ?? requestBounds
  const requestTimeout = bounds.wholeMs
  const serverOptions = {
    headersTimeout: bounds.headMs,
    connectionsCheckingInterval: bounds.checkEveryMs,
    maxHeaderSize,
    // Looked at here, so that the refusal says why.
    requireHostHeader: false,
  }
  const https =
    deps.tlsFiles && createHttpsListener(deps.tlsFiles, { ...serverOptions, requestTimeout, keepAliveTimeout })
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout,
    keepAliveTimeout,
    connectionTimeout: 0,
    ...(https === undefined ? { http: serverOptions } : { serverFactory: https.serverFactory }),
    routerOptions: { maxParamLength: 256 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: createAnswerGarbled(bounds),
    trustProxy: deps.trustProxy.length === 0 ? false : [...deps.trustProxy],
    // What no route is looked for: a path that is not well encoded. Fastify's own answer would repeat the whole URL.
    frameworkErrors(error, request, reply) {
      if (isConfigurationCall(request.url)) return sendBadCall(reply)
      return sendProblem(
        reply,
        knownError(error, request) ?? new ServiceError('invalid_request', 'The URL cannot be read.'),
      )
    },
  })
  app.setValidatorCompiler(createValidatorCompiler())
  // What a form of another page can send without asking is no JSON to us.
  app.removeContentTypeParser('text/plain')
  readJsonStrictly(app)
  let closing = false
  app.addHook('onRequest', async (request, reply) => {
    requireOneHost(request.raw)
    requireKnownFraming(request.raw)
    if (!closing) return
    // A watcher comes back at once, on a connection that is still open: a new stream would keep the listener for ever.
    reply.header('connection', 'close')
    throw new ServiceError('stopping', 'The service is stopping.', { retryAfterSeconds: 5 })
  })
  app.setErrorHandler((error, request, reply) => {
    const known = knownError(error, request)
    if (known !== undefined) return sendProblem(reply, known)
    deps.log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request went wrong')
    return sendProblem(reply, new ServiceError('internal', 'The log of the service has the details.'))
  })
  const routes = noteRoutes(app)
  const missing = createMissing(routes)
  const hasConsole = existsSync(join(deps.consoleFolder, 'index.html'))
  app.setNotFoundHandler((request, reply) => {
    if (hasConsole && isConsoleAddress(request.method, request.url, request.headers.accept)) return sendPage(reply)
    const { problem, allow } = missing(request)
    if (allow !== undefined) reply.header('allow', allow)
    return sendProblem(reply, problem)
  })

  const audit = createAudit(deps.auditTrail)
  const stalls = createStallWatch({ monotonic: () => performance.now(), log: deps.log })
  const watchers = createWatchers({ ...deps, onStop })
  await app.register(async (guarded) => guardedRoutes(guarded, { ...deps, audit, stalls, watchers, routes }))
  await app.register(async (scope) => configurationRoutes(scope, { ...deps, audit }), { prefix: configurationPrefix })
  await consoleRoutes(app, { folder: deps.consoleFolder })

  return {
    async listen({ host, port }) {
      teachManners(app.server)
      await app.listen({ host, port })
      https?.start()
      const address = app.server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    async close(deadline) {
      closing = true
      stalls.stop()
      https?.stop()
      for (const end of openStreams) end()
      // Force-close connections still open after this.
      const cut = setTimeout(() => app.server.closeAllConnections(), Math.min(closeWithinMs, deadline.remainingMs))
      await app.close()
      clearTimeout(cut)
    },
  }
}

/** Everything behind the gate: what each route needs stands in gates/rights.ts. */
async function guardedRoutes(
  app: FastifyInstance,
  deps: HttpDeps & {
    readonly audit: Audit
    readonly stalls: StallWatch
    readonly watchers: Watchers
    readonly routes: readonly KnownRoute[]
  },
): Promise<void> {
  guard(app, deps)
  healthRoutes(app, deps)
  openApiRoutes(app, deps)
  docsRoutes(app, deps)
  sessionRoutes(app, { ...deps, wrongTries: createWrongTries(deps, 5) })
  keyRoutes(app, deps)
  auditRoutes(app, deps)
  appRoutes(app, deps)
  webhookRoutes(app, deps)
  tokenRoutes(app, deps)
  tokenRotationRoutes(app, deps)
  webhookCheckRoutes(app, deps)
  probeRoutes(app, deps)
  deliveryRoutes(app, deps)
  keptEventRoutes(app, deps)
  redeliveryRoutes(app, deps)
  statsRoutes(app, deps)
  incidentRoutes(app, deps)
  decisionRoutes(app, deps)
  streamRoutes(app, deps)
  metricsRoutes(app, deps)
  commandRoutes(app)
  customCommandRoutes(app, deps)
  sampleRequestRoutes(app, deps)
  // Events and asks bring their own body parsers, so they live in scopes of their own.
  await app.register(async (events) => eventRoutes(events, deps))
  await app.register(async (asks) => askRoutes(asks, deps))
  await app.register(async (checks) => bodyCheckRoutes(checks, deps))
}
