// GET /openapi.json: the contract, made from the routes themselves when someone first asks for it.

import type { FastifyInstance } from 'fastify'
import type { KnownRoute } from '../../gates/known-routes.ts'

export interface OpenApiRouteDeps {
  readonly version: string
  readonly routes: readonly KnownRoute[]
}

export function openApiRoutes(app: FastifyInstance, deps: OpenApiRouteDeps): void {
  let text: Promise<Buffer> | undefined
  app.get('/openapi.json', async (_request, reply) => {
    text ??= write(deps)
    return reply.type('application/json').send(await text)
  })
}

/** The builder and the schemas of ninety commands are loaded for no one who does not ask. */
async function write({ routes, version }: OpenApiRouteDeps): Promise<Buffer> {
  const { buildOpenApi } = await import('../../openapi/openapi.ts')
  return Buffer.from(JSON.stringify(buildOpenApi(routes, { version })))
}
