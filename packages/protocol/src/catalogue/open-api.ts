// The `webhooks` section of an OpenAPI 3.1 document: every command as a request that the service sends.

import { listCommands, sampleOf } from '../catalogue.ts'
import type { CatalogueCommand } from './command.ts'
import { acknowledgementSchema, bodySchemas, replySchemas } from './generated/schemas.ts'
import { parameterNames } from '../url/params.ts'

type OpenApiObject = Readonly<Record<string, unknown>>

/** One path item per command, by command word. A new object each time, so that the caller may change it. */
export function openApiWebhooks(): Record<string, OpenApiObject> {
  const items = listCommands().flatMap((command): [string, OpenApiObject][] => {
    const schema = bodySchemas[command.command]
    const sample = sampleOf(command.command)
    if (schema === undefined || sample === undefined) return []
    return [[command.command, { post: operationOf(command, { schema, sample }) }]]
  })
  return structuredClone(Object.fromEntries(items))
}

function operationOf(
  command: CatalogueCommand,
  body: { readonly schema: OpenApiObject; readonly sample: string },
): OpenApiObject {
  return {
    operationId: command.command,
    summary: command.trigger,
    tags: [command.family],
    parameters: parametersOf(command),
    requestBody: {
      required: true,
      content: { 'application/json': { schema: body.schema, example: JSON.parse(body.sample) } },
    },
    responses: {
      200: {
        description: command.phase === 'before' ? 'The verdict.' : 'The acknowledgement; its content is ignored.',
        content: { 'application/json': { schema: replySchemas[command.command] ?? acknowledgementSchema } },
      },
    },
  }
}

function parametersOf({ carries }: CatalogueCommand): readonly OpenApiObject[] {
  const names = parameterNames('webhook')
  const required = [names.sdkAppId, names.command]
  const optional = [
    names.contentType,
    ...(carries.clientIp ? [names.clientIp] : []),
    ...(carries.optPlatform ? [names.optPlatform] : []),
    names.sign,
    names.requestTime,
  ]
  const parameter = (name: string, isRequired: boolean): OpenApiObject => ({
    name,
    in: 'query',
    required: isRequired,
    schema: name === names.sdkAppId ? { type: 'integer' } : { type: 'string' },
  })
  return [...required.map((name) => parameter(name, true)), ...optional.map((name) => parameter(name, false))]
}
