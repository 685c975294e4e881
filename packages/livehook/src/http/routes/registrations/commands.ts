// GET /v1/commands: the catalogue. The same for every app; commands of an app's own belong to the app.

import { findCommand, listCommands, suggestCommands } from '@livehook/protocol/catalogue'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { describeCommand, summariseCommand } from '../../../domain/webhook/command-description.ts'
import { noCommand } from '../../../domain/errors/missing.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { CommandDetail, CommandSummary, List } from '../../contract/contract.ts'
import { CommandParams, PageQuery } from '../../contract/contract.ts'

/** Also of an app's list. */
export const ListQuery = Type.Object(
  // The whole catalogue fits on one page, so that is what comes unless less is asked for.
  { ...PageQuery, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 200 })) },
  { additionalProperties: false },
)
export type ListQuery = Static<typeof ListQuery>

export function commandRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: ListQuery }>('/v1/commands', { schema: { querystring: ListQuery } }, async (request) =>
    listPage(request.query),
  )
  app.get<{ Params: Static<typeof CommandParams> }>(
    '/v1/commands/:command',
    { schema: { params: CommandParams } },
    async (request): Promise<CommandDetail> => {
      const command = findCommand(request.params.command)
      if (command === undefined) throw unknownCommand(request.params.command)
      return describeCommand(command)
    },
  )
}

/** In the order of the words; a cursor is the last word of the page before. */
function listPage({ limit = 200, cursor }: ListQuery): List<CommandSummary> {
  if (cursor !== undefined && findCommand(cursor) === undefined) {
    throw new ServiceError('invalid_cursor', 'Leave the cursor out to start again from the first command.')
  }
  const rest = listCommands().filter(({ command }) => cursor === undefined || command > cursor)
  const items = rest.slice(0, limit).map(summariseCommand)
  return { items, nextCursor: rest.length > items.length ? (items.at(-1)?.command ?? null) : null }
}

function unknownCommand(word: string): ServiceError {
  const near = suggestCommands(word)
  const hint = near.length === 0 ? 'GET /v1/commands lists the commands.' : `Did you mean ${near.join(' or ')}?`
  return noCommand(word, hint)
}
