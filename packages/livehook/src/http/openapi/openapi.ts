// The OpenAPI 3.1 document of the running service: parameters and bodies from the schemas that validate them, answers and
// sentences from openapi-operations.ts, requests to receivers from the catalogue. Made when someone first asks for it.
// In reading order: known-routes.ts, openapi-operations.ts, openapi-schemas.ts, here.

import { commandFamilies } from '@livehook/protocol/catalogue'
import { openApiWebhooks } from '@livehook/protocol/schemas'
import type { TSchema } from 'typebox'
import type { ErrorCode } from '../../domain/errors/service-error.ts'
import { errorCodes } from '../../domain/errors/service-error.ts'
import { rolesThatMay } from '../../domain/access/role.ts'
import type { KnownRoute } from '../gates/known-routes.ts'
import type { MediaTypes, Operation } from './operation.ts'
import { configurationCall, configurationQuery } from './configuration-calls.ts'
import { tags } from './operation.ts'
import { operations } from './operations.ts'
import type { Json, SchemaWriter } from './schemas.ts'
import { createSchemaWriter } from './schemas.ts'

/** The whole document. */
export function buildOpenApi(routes: readonly KnownRoute[], about: { readonly version: string }): Json {
  const writer = createSchemaWriter()
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of inOrder(routes)) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: writeOperation(writer, route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'livehook',
      version: about.version,
      description:
        'The webhook system of a live or chat platform. Errors are `application/problem+json` with a stable `code`; unknown members are refused; times are RFC 3339.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    'x-tagGroups': [
      { name: 'This API', tags: Object.keys(tags) },
      { name: 'What receivers get', tags: [...commandFamilies()] },
    ],
    paths,
    webhooks: webhookRequests(),
    components: {
      schemas: writer.components(),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of this API. It never stands in a URL.' },
        session: { type: 'apiKey', in: 'cookie', name: 'livehook', description: 'The console’s sign-in.' },
      },
    },
  }
}

/** As the table has them, which is how people read them; what it does not have comes last. */
function inOrder(routes: readonly KnownRoute[]): readonly KnownRoute[] {
  const places = new Map(Object.keys(operations).map((name, place) => [name, place]))
  const placeOf = ({ method, url }: KnownRoute): number => places.get(`${method} ${url}`) ?? places.size
  return routes.toSorted((left, right) => placeOf(left) - placeOf(right))
}

/** What the table says of a route; `undefined` if it says nothing. */
export function operationOf({ method, url }: Pick<KnownRoute, 'method' | 'url'>): Operation | undefined {
  return operations[`${method} ${url}`] ?? (url.startsWith('/v4/') ? configurationCall(url) : undefined)
}

function writeOperation(writer: SchemaWriter, route: KnownRoute): Json {
  const operation = operationOf(route) ?? { tag: 'Service', summary: route.url, answers: {} }
  const roles = route.right === 'public' || route.right === 'own' ? [] : rolesThatMay(route.right)
  const needs = roles.length === 0 ? undefined : `Needs a key with the role ${roles.join(' or ')}.`
  const description = [operation.description, needs].filter((text) => text !== undefined).join('\n\n')
  const requestBody = writeBody(writer, route, operation)
  return {
    operationId: operationId(route),
    tags: [operation.tag],
    summary: operation.summary,
    ...(description !== '' && { description }),
    security: roles.length === 0 ? [] : [{ key: [] }, { session: [] }],
    parameters: [
      ...writer.parameters('path', route.params),
      ...writer.parameters(
        'query',
        isConfigurationCall(route) ? configurationQuery : route.querystring,
        operation.queryExamples,
      ),
      ...writer.parameters('header', operation.headers),
    ],
    ...(requestBody && { requestBody }),
    responses: {
      ...writeAnswers(writer, operation),
      ...(!isConfigurationCall(route) && writeErrors(writer, route, operation)),
    },
  }
}

function isConfigurationCall({ url }: KnownRoute): boolean {
  return url.startsWith('/v4/')
}

/** `GET /v1/apps/:sdkAppId/webhooks` is `get_v1_apps_sdkAppId_webhooks`. */
function operationId({ method, url }: KnownRoute): string {
  return `${method.toLowerCase()}${url.replaceAll(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, '')
}

function writeBody(writer: SchemaWriter, route: KnownRoute, operation: Operation): Json | undefined {
  const { body, example } = operation
  const types = body?.types ?? (route.body && { 'application/json': route.body })
  if (types === undefined) return undefined
  return { required: operation.mayLackBody !== true, content: writeTypes(writer, types, example) }
}

function writeTypes(writer: SchemaWriter, types: MediaTypes['types'], example?: object): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(types).map(([type, schema]) => [
      type,
      {
        schema: writer.schema(schema),
        ...(example !== undefined && type === 'application/json' && { example: { ...example } }),
      },
    ]),
  )
}

function writeAnswers(writer: SchemaWriter, { answers }: Operation): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const types = answer === null ? undefined : isMedia(answer) ? answer.types : { 'application/json': answer }
      const headers = status === '201' ? { headers: { Location: { schema: { type: 'string' } } } } : {}
      const description = successes[status] ?? 'Done.'
      return [status, { description, ...headers, ...(types && { content: writeTypes(writer, types) }) }]
    }),
  )
}

const successes: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Committed and synced.',
  204: 'Gone.',
}

function isMedia(answer: TSchema | MediaTypes): answer is MediaTypes {
  return 'kind' in answer && answer.kind === 'media'
}

function writeErrors(writer: SchemaWriter, route: KnownRoute, operation: Operation): Record<string, Json> {
  const byStatus = Map.groupBy(errorsOf(route, operation), (code) => errorCodes[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join('\n\n'),
        ...((status === 429 || status === 503) && { headers: { 'Retry-After': { schema: { type: 'string' } } } }),
        content: {
          'application/problem+json': {
            schema: { allOf: [writer.problem(), { properties: { code: { enum: codes }, status: { const: status } } }] },
          },
        },
      },
    ]),
  )
}

/** What a body of JSON may be refused for, before its schema is looked at. */
const jsonErrors = [
  'invalid_json',
  'invalid_utf8',
  'duplicate_key',
  'too_deep',
  'unsupported_media_type',
  'too_large',
] as const

/** Every code that a route may answer with: its own, and what its kind of route may. */
export function errorsOf(route: KnownRoute, operation: Pick<Operation, 'errors' | 'body'>): readonly ErrorCode[] {
  const { right, method } = route
  const isGuarded = right !== 'public' && right !== 'own'
  const hasInput = route.params !== undefined || route.querystring !== undefined
  const hasBody = route.body !== undefined || operation.body !== undefined
  const changes = method !== 'GET'
  return [
    ...new Set<ErrorCode>([
      ...(operation.errors ?? []),
      ...(hasInput || changes ? (['invalid_request'] as const) : []),
      ...(route.params === undefined ? [] : (['not_found'] as const)),
      ...(hasBody || changes ? jsonErrors : []),
      ...(isGuarded ? (['unauthorized', 'wrong_role', 'unknown_host', 'not_found', 'too_many_requests'] as const) : []),
      ...(isGuarded && changes ? (['forbidden', 'audit_unavailable'] as const) : []),
      ...(['internal', 'store_unavailable', 'stopping'] as const),
    ]),
  ].toSorted((left, right_) => errorCodes[left].status - errorCodes[right_].status)
}

/** The catalogue's requests; their schemas have addresses of their own, which mean nothing in here. */
function webhookRequests(): Json {
  const requests: unknown = JSON.parse(
    JSON.stringify(openApiWebhooks(), (name, value: unknown) =>
      name === '$id' || name === '$schema' ? undefined : value,
    ),
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was JSON text is JSON
  return requests as Json
}
