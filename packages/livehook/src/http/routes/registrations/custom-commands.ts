// /v1/apps/{sdkAppId}/commands: what an app may use, which is the catalogue and the commands that it registered itself.

import { findCommand, isCommandWord, listCommands } from '@livehook/protocol/catalogue'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { describeCommand, summariseCommand } from '../../../domain/webhook/command-description.ts'
import { describeCustom, summariseCustom } from '../../../domain/webhook/custom-description.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { AppCommand, CustomCommands } from '../../../engine/kept/custom-commands.ts'
import { hintFor } from '../../../engine/kept/custom-commands.ts'
import type { CustomCommandService } from '../../../engine/manage/commands.ts'
import type { Store } from '../../../store/port/port.ts'
import type { Audit } from '../../gates/audit.ts'
import type { AppCommandDetail, AppCommandSummary, List } from '../../contract/contract.ts'
import { AppCommandParams, NewCustomCommand, PutCustomCommand, SdkAppIdParams } from '../../contract/contract.ts'
import { instant } from '../../present/present.ts'
import { requireApp } from './apps.ts'
import { ListQuery } from './commands.ts'

export interface CustomCommandRouteDeps {
  readonly store: Pick<Store, 'getApp'>
  readonly customs: Pick<CustomCommands, 'get' | 'ofApp'>
  readonly commands: CustomCommandService
  readonly audit: Audit
}

/** A schema and a sample of 64 KiB each, and the rest. */
const maxDefinitionBytes = 262_144

type AppParams = Static<typeof SdkAppIdParams>
type CommandParams = Static<typeof AppCommandParams>

export function customCommandRoutes(app: FastifyInstance, deps: CustomCommandRouteDeps): void {
  const { commands, customs } = deps

  app.get<{ Params: AppParams; Querystring: ListQuery }>(
    '/v1/apps/:sdkAppId/commands',
    { schema: { params: SdkAppIdParams, querystring: ListQuery } },
    async (request) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      return listPage(customs.ofApp(sdkAppId), request.query)
    },
  )

  app.post<{ Params: AppParams; Body: NewCustomCommand }>(
    '/v1/apps/:sdkAppId/commands',
    { bodyLimit: maxDefinitionBytes, schema: { params: SdkAppIdParams, body: NewCustomCommand } },
    async (request, reply) => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const created = await commands.create(sdkAppId, request.body)
      const target = created.facts.command
      await deps.audit.record(request, { action: 'command.created', sdkAppId, target, after: auditFacts(created) })
      const location = `/v1/apps/${sdkAppId}/commands/${created.facts.command}`
      return reply.code(201).header('location', location).send(presentCustom(created))
    },
  )

  app.get<{ Params: CommandParams }>(
    '/v1/apps/:sdkAppId/commands/:command',
    { schema: { params: AppCommandParams } },
    async (request): Promise<AppCommandDetail> => {
      const { sdkAppId } = await requireApp(deps.store, request.params.sdkAppId)
      const word = request.params.command
      const known = findCommand(word)
      if (known !== undefined) return { ...describeCommand(known), kind: 'catalogue', custom: null }
      const own = customs.get(sdkAppId, word)
      if (own !== undefined) return presentCustom(own)
      throw new ServiceError(
        'not_found',
        `There is no command ${JSON.stringify(word)}. ${hintFor(customs, sdkAppId, word)}`,
      )
    },
  )

  app.put<{ Params: CommandParams; Body: PutCustomCommand }>(
    '/v1/apps/:sdkAppId/commands/:command',
    { bodyLimit: maxDefinitionBytes, schema: { params: AppCommandParams, body: PutCustomCommand } },
    async (request) => {
      const { sdkAppId, command } = request.params
      requireOwn(command)
      await requireApp(deps.store, sdkAppId)
      const before = customs.get(sdkAppId, command)
      const after = await commands.replace(sdkAppId, command, { command, ...request.body })
      await deps.audit.record(request, {
        action: 'command.changed',
        sdkAppId,
        target: command,
        ...(before === undefined ? {} : { before: auditFacts(before) }),
        after: auditFacts(after),
      })
      return presentCustom(after)
    },
  )

  app.delete<{ Params: CommandParams }>(
    '/v1/apps/:sdkAppId/commands/:command',
    { schema: { params: AppCommandParams } },
    async (request, reply) => {
      const { sdkAppId, command } = request.params
      requireOwn(command)
      await requireApp(deps.store, sdkAppId)
      const before = customs.get(sdkAppId, command)
      await commands.remove(sdkAppId, command)
      await deps.audit.record(request, {
        action: 'command.deleted',
        sdkAppId,
        target: command,
        ...(before === undefined ? {} : { before: auditFacts(before) }),
      })
      return reply.code(204).send()
    },
  )
}

/** The catalogue is the same for everyone and is no one's to change. */
function requireOwn(word: string): void {
  if (findCommand(word) === undefined) return
  throw new ServiceError('catalogue_command', `${word} is a command of the catalogue, which is the same for every app.`)
}

/** In the order of the words; a cursor is the last word of the page before. */
function listPage(customs: readonly AppCommand[], { limit = 200, cursor }: ListQuery): List<AppCommandSummary> {
  if (cursor !== undefined && !isCommandWord(cursor)) {
    throw new ServiceError('invalid_cursor', 'Leave the cursor out to start again from the first command.')
  }
  const own = customs.map(({ facts }) => ({ ...summariseCustom(facts), kind: 'custom' as const }))
  const known = listCommands().map((command) => ({ ...summariseCommand(command), kind: 'catalogue' as const }))
  const rest = [...known, ...own]
    .filter(({ command }) => cursor === undefined || command > cursor)
    .toSorted((left, right) => (left.command < right.command ? -1 : 1))
  const items = rest.slice(0, limit)
  return { items, nextCursor: rest.length > items.length ? (items.at(-1)?.command ?? null) : null }
}

/** All but the sample: people put in what came by. */
function auditFacts({ definition: { sample: _sample, ...rest } }: AppCommand): object {
  return rest
}

function presentCustom({ facts, definition, createdAt, updatedAt }: AppCommand): AppCommandDetail {
  return {
    ...describeCustom(facts),
    kind: 'custom',
    custom: {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it came in by this very schema
      definition: definition as NewCustomCommand,
      createdAt: instant(createdAt),
      updatedAt: instant(updatedAt),
    },
  }
}
