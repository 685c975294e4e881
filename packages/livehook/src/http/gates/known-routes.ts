// Which routes there are, for the document of the contract: taken down while they are registered.

import type { FastifyInstance, RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import type { Right } from '../../domain/access/role.ts'
import { rights } from './rights.ts'

/** A route, as it was registered. */
export interface KnownRoute {
  readonly method: string
  /** As Fastify writes it, with `:name` for a parameter. */
  readonly url: string
  readonly right: Right
  readonly params?: TSchema
  readonly querystring?: TSchema
  readonly body?: TSchema
}

/** @returns every route of the API that is registered from now on; pages and their parts are none */
export function noteRoutes(app: FastifyInstance): readonly KnownRoute[] {
  const routes: KnownRoute[] = []
  app.addHook('onRoute', (route) => void routes.push(...knownRoutesOf(route)))
  return routes
}

function knownRoutesOf({ method, url, schema }: RouteOptions): readonly KnownRoute[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every route of ours is described in TypeBox
  const { params, querystring, body } = (schema ?? {}) as Partial<Record<'params' | 'querystring' | 'body', TSchema>>
  return [method].flat().flatMap((verb) => {
    const right = rights[`${verb} ${url}`]
    if (right === undefined || url.startsWith('/docs')) return []
    const schemas = { ...(params && { params }), ...(querystring && { querystring }), ...(body && { body }) }
    return [{ method: verb, url, right, ...schemas }]
  })
}
