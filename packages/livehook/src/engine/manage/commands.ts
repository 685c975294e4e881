// Registering, changing and removing commands of an app's own: checked, kept, told to the registry.

import { CustomCommandError, parseCustomCommand } from '@livehook/protocol/catalogue'
import type { CustomCommand, JsonSchema } from '@livehook/protocol/catalogue'
import { completeBody } from '@livehook/protocol/node'
import { ServiceError } from '../../domain/errors/service-error.ts'
import { assert } from '../../domain/assert.ts'
import type { CustomCommandStore, StoredCommand } from '../../store/port/custom-commands.ts'
import type { AppCommand, CustomCommands } from '../kept/custom-commands.ts'
import type { RunExclusive } from '../kept/keyed-mutex.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'

export interface CustomCommandServiceDeps {
  readonly store: Pick<CustomCommandStore, 'putCommand' | 'deleteCommand'>
  readonly customs: CustomCommands
  readonly registry: Pick<WebhookRegistry, 'ofApp'>
  /** Shared with whatever else writes webhooks of an app: who names a command must find it. */
  readonly runExclusive: RunExclusive
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface CustomCommandService {
  /**
   * Registers a command.
   * @param definition as `parseCustomCommand` of the protocol takes it
   * @throws ServiceError `invalid_request` with all that is wrong, `command_exists`, `too_many_commands`
   */
  create(sdkAppId: number, definition: Readonly<Record<string, unknown>>): Promise<AppCommand>
  /**
   * Writes a command again.
   * @throws ServiceError `not_found`, `invalid_request`, `command_in_use` if a webhook names it and its phase would be another
   */
  replace(sdkAppId: number, word: string, definition: Readonly<Record<string, unknown>>): Promise<AppCommand>
  /** @throws ServiceError `not_found`, `command_in_use` if a webhook names it */
  remove(sdkAppId: number, word: string): Promise<void>
}

/** All of them are in memory, and each may have a schema of 64 KiB. */
const maxCommandsPerApp = 200

export function createCustomCommandService(deps: CustomCommandServiceDeps): CustomCommandService {
  const { customs } = deps
  const require = (sdkAppId: number, word: string): AppCommand => {
    const command = customs.get(sdkAppId, word)
    if (command === undefined)
      throw new ServiceError('not_found', `App ${sdkAppId} has no command ${JSON.stringify(word)} of its own.`)
    return command
  }
  const write = async (stored: StoredCommand): Promise<AppCommand> => {
    await deps.store.putCommand(stored)
    const command = await customs.put(stored)
    assert(command !== undefined, 'A description that was just checked can be read.')
    return command
  }
  return {
    async create(sdkAppId, definition) {
      const { command } = await checkDefinition(definition)
      return deps.runExclusive(sdkAppId, async () => {
        if (customs.get(sdkAppId, command) !== undefined) {
          const detail = `The app has a command ${command}. PUT …/commands/${command} changes it.`
          throw new ServiceError('command_exists', detail, { errors: [{ pointer: '/command', detail }] })
        }
        if (customs.ofApp(sdkAppId).length >= maxCommandsPerApp) {
          const detail = `An app has at most ${maxCommandsPerApp} commands of its own. Delete one that is no longer used.`
          throw new ServiceError('too_many_commands', detail)
        }
        const at = deps.now()
        return write({ sdkAppId, command, definition: JSON.stringify(definition), createdAt: at, updatedAt: at })
      })
    },
    async replace(sdkAppId, word, definition) {
      const { phase } = await checkDefinition(definition)
      return deps.runExclusive(sdkAppId, async () => {
        const { facts, createdAt } = require(sdkAppId, word)
        if (facts.phase !== phase) refuseInUse(deps, { sdkAppId, word, what: 'change its phase' })
        return write({
          sdkAppId,
          command: word,
          definition: JSON.stringify(definition),
          createdAt,
          updatedAt: deps.now(),
        })
      })
    },
    async remove(sdkAppId, word) {
      return deps.runExclusive(sdkAppId, async () => {
        require(sdkAppId, word)
        refuseInUse(deps, { sdkAppId, word, what: 'delete it' })
        await deps.store.deleteCommand(sdkAppId, word)
        customs.remove(sdkAppId, word)
      })
    },
  }
}

interface Use {
  readonly sdkAppId: number
  readonly word: string
  readonly what: string
}

/** By its word, in a failure policy, or as the last of a family whose pattern stands in a webhook. */
function refuseInUse(
  deps: Pick<CustomCommandServiceDeps, 'customs' | 'registry'>,
  { sdkAppId, word, what }: Use,
): void {
  const family = word.slice(0, word.indexOf('.') + 1)
  const isLast = deps.customs
    .ofApp(sdkAppId)
    .every(({ facts }) => facts.command === word || !facts.command.startsWith(family))
  const user = deps.registry
    .ofApp(sdkAppId)
    .find(
      ({ webhook }) =>
        webhook.commands.includes(word) ||
        Object.hasOwn(webhook.failurePolicy, word) ||
        (isLast && webhook.commands.includes(`${family}*`)),
    )
  if (user === undefined) return
  const { webhookId, name } = user.webhook
  throw new ServiceError(
    'command_in_use',
    `${word} is named by webhook ${webhookId} (${name}). Take it from there first, then ${what}.`,
  )
}

/** @throws ServiceError `invalid_request` with everything that is wrong */
async function checkDefinition(definition: Readonly<Record<string, unknown>>): Promise<CustomCommand> {
  const facts = parse(definition)
  const faults = [...(await schemaFaultsOf(facts)), ...sampleFaults(facts)]
  if (faults.length === 0 && facts.schema !== undefined && facts.sample !== undefined) {
    faults.push(...(await misfit(facts.schema, completeSample(facts))))
  }
  if (faults.length > 0) throw invalid(faults)
  return facts
}

interface Fault {
  readonly pointer: string
  readonly detail: string
}

function parse(definition: unknown): CustomCommand {
  try {
    return parseCustomCommand(definition)
  } catch (error) {
    throw error instanceof CustomCommandError ? invalid(error.faults) : error
  }
}

async function schemaFaultsOf({ schema }: CustomCommand): Promise<Fault[]> {
  if (schema === undefined) return []
  const { findSchemaFaults } = await import('../wire/body-schema.ts')
  return findSchemaFaults(schema).map(({ pointer, detail }) => ({ pointer: `/schema${pointer}`, detail }))
}

async function misfit(schema: JsonSchema, sample: Uint8Array): Promise<readonly Fault[]> {
  const { compileBodySchema } = await import('../wire/body-schema.ts')
  const fault = compileBodySchema(schema)(sample)
  return fault === undefined
    ? []
    : [{ pointer: `/sample${fault.pointer}`, detail: `does not fit the schema: ${fault.detail}` }]
}

/** A sample must be a body that could be sent. */
function sampleFaults(facts: CustomCommand): readonly Fault[] {
  if (facts.sample === undefined) return []
  const completed = completeBody(Buffer.from(JSON.stringify(facts.sample)), { command: facts.command, eventTime: 0 })
  return completed.kind === 'refused' ? [{ pointer: '/sample', detail: completed.detail }] : []
}

function completeSample({ command, sample }: CustomCommand): Uint8Array {
  const completed = completeBody(Buffer.from(JSON.stringify(sample)), { command, eventTime: 0 })
  assert(completed.kind === 'complete', 'The sample was looked at before.')
  return completed.bytes
}

function invalid(faults: readonly Fault[]): ServiceError {
  const [first] = faults
  const sentence = first === undefined ? 'The description' : first.pointer === '' ? 'The description' : first.pointer
  return new ServiceError('invalid_request', `${sentence} ${first?.detail ?? 'cannot be used'}.`, { errors: faults })
}
