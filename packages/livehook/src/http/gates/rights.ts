// Which right each route needs: the one table. A route that is missing here does not start, so that no one forgets to decide.
// What a role may do stands in domain/role.ts; that a key of one app sees that app alone is checked by the gate for routes under
// /v1/apps/{sdkAppId}, and by the routes themselves for lists over apps and for things that are named by an id of their own.

import type { Right } from '../../domain/access/role.ts'
import { configurationCalls, configurationPath, configurationServices } from './configuration-paths.ts'

const app = '/v1/apps/:sdkAppId'
const webhook = `${app}/webhooks/:webhookId`

export const rights: Readonly<Record<string, Right>> = {
  // For anyone who watches over the process; nothing here is a secret.
  'GET /livez': 'public',
  'GET /readyz': 'public',
  'GET /version': 'public',
  'GET /openapi.json': 'public',
  'GET /docs': 'public',
  'GET /docs/': 'public',
  'GET /docs/start.js': 'public',
  'GET /docs/scalar.js': 'public',
  // The way in: cookie and page are checked there.
  'GET /v1/session': 'own',
  'POST /v1/session': 'own',
  'DELETE /v1/session': 'own',

  'GET /v1/service': 'read',
  'GET /v1/apps': 'read',
  'POST /v1/apps': 'admin',
  [`GET ${app}`]: 'read',
  [`PATCH ${app}`]: 'operate',
  [`DELETE ${app}`]: 'admin',
  [`POST ${app}/secret-key/rotate`]: 'operate',
  [`GET ${app}/webhooks`]: 'read',
  [`POST ${app}/webhooks`]: 'operate',
  [`POST ${app}/webhooks/check`]: 'operate',
  [`GET ${webhook}`]: 'read',
  [`PATCH ${webhook}`]: 'operate',
  [`DELETE ${webhook}`]: 'operate',
  [`GET ${webhook}/token`]: 'operate',
  [`PUT ${webhook}/token`]: 'operate',
  [`DELETE ${webhook}/token`]: 'operate',
  [`POST ${webhook}/token/rotate`]: 'operate',
  [`PATCH ${webhook}/token/rotation`]: 'operate',
  [`DELETE ${webhook}/token/rotation`]: 'operate',
  [`POST ${webhook}/token/rotation/finish`]: 'operate',
  [`POST ${webhook}/probe`]: 'operate',
  [`POST ${webhook}/try-now`]: 'operate',
  // What it shows is signed.
  [`GET ${webhook}/sample-request`]: 'operate',

  [`POST ${app}/events`]: 'ingest',
  [`GET ${app}/not-subscribed-events`]: 'read',
  'GET /v1/events/:eventId': 'read',
  'POST /v1/events/:eventId/deliveries': 'operate',

  [`POST ${app}/asks`]: 'ingest',
  [`GET ${app}/asks`]: 'read',
  [`GET ${app}/decisions`]: 'read',
  'GET /v1/decisions/:decisionId': 'read',

  [`GET ${app}/deliveries`]: 'read',
  'GET /v1/deliveries/:deliveryId': 'read',
  'POST /v1/deliveries/:deliveryId/redeliver': 'operate',
  'POST /v1/deliveries/:deliveryId/cancel': 'operate',
  [`GET ${app}/redeliveries`]: 'read',
  [`POST ${app}/redeliveries`]: 'operate',
  [`GET ${app}/redeliveries/:jobId`]: 'read',
  [`POST ${app}/redeliveries/:jobId/pause`]: 'operate',
  [`POST ${app}/redeliveries/:jobId/resume`]: 'operate',
  [`POST ${app}/redeliveries/:jobId/cancel`]: 'operate',
  [`GET ${app}/stats`]: 'read',
  // Of all apps that the key sees.
  'GET /v1/incidents': 'read',
  'GET /v1/stream': 'read',
  'GET /metrics': 'read',

  [`GET ${app}/commands`]: 'read',
  [`POST ${app}/commands`]: 'operate',
  [`GET ${app}/commands/:command`]: 'read',
  [`PUT ${app}/commands/:command`]: 'operate',
  [`DELETE ${app}/commands/:command`]: 'operate',
  [`POST ${app}/commands/:command/check`]: 'read',
  'GET /v1/commands': 'read',
  'GET /v1/commands/:command': 'read',

  'GET /v1/keys': 'admin',
  'POST /v1/keys': 'admin',
  'DELETE /v1/keys/:keyId': 'admin',
  'GET /v1/audit': 'operate',

  // Who calls shows a UserSig.
  ...Object.fromEntries(
    configurationServices.flatMap((service) =>
      configurationCalls.map((call) => [`POST ${configurationPath(service, call)}`, 'own' as const]),
    ),
  ),
}

/**
 * The right that a route needs.
 * @throws Error if no one decided: then the service does not start
 */
export function rightOf(method: string, url: string): Right {
  // Fastify answers HEAD wherever it answers GET.
  const route = `${method === 'HEAD' ? 'GET' : method} ${url}`
  const right = rights[route]
  if (right === undefined) throw new Error(`The route ${route} has no right: http/gates/rights.ts says who may use it.`)
  return right
}
