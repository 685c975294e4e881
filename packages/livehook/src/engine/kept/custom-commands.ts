// The commands of each app's own in memory, beside the catalogue. The store stays the truth: every change goes there first and
// comes back here. A word of the catalogue is found without a look in here.

import { findCommand, parseCustomCommand, suggestCommands, CustomCommandError } from '@livehook/protocol/catalogue'
import type { CommandFacts, CustomCommand } from '@livehook/protocol/catalogue'
import type { CustomCommandStore, StoredCommand } from '../../store/port/custom-commands.ts'
import type { BodyCheck } from '../wire/body-schema.ts'
import type { Follower } from './changes.ts'
import type { Log } from '../../observe/log.ts'

/** A command of an app's own. */
export interface AppCommand {
  readonly facts: CustomCommand
  /** The description as it was registered. */
  readonly definition: Readonly<Record<string, unknown>>
  readonly createdAt: number
  readonly updatedAt: number
  /** Holds a complete body against the schema; `undefined` if the command has none. */
  readonly checkBody: BodyCheck | undefined
}

export interface CustomCommands {
  load(): Promise<void>
  /** Takes a command as the store has it now; not for an app that is gone. */
  put(stored: StoredCommand): Promise<AppCommand | undefined>
  remove(sdkAppId: number, word: string): void
  /** An app is gone. */
  forgetApp(sdkAppId: number): void
  get(sdkAppId: number, word: string): AppCommand | undefined
  /** Takes over what another process changed. */
  readonly follower: Follower<'command'>
  /** By word. */
  ofApp(sdkAppId: number): readonly AppCommand[]
}

export interface CustomCommandsDeps {
  readonly store: Pick<CustomCommandStore, 'loadCommands'>
  readonly log: Pick<Log, 'warn'>
}

export function createCustomCommands(deps: CustomCommandsDeps): CustomCommands {
  const byApp = new Map<number, Map<string, AppCommand>>()
  const goneApps = new Set<number>()
  const put = async (stored: StoredCommand): Promise<AppCommand | undefined> => {
    const command = await readStored(stored, deps.log)
    // The app may be gone by now: reading a schema takes a while.
    if (command === undefined || goneApps.has(stored.sdkAppId)) return undefined
    const own = byApp.get(stored.sdkAppId) ?? new Map<string, AppCommand>()
    byApp.set(stored.sdkAppId, own)
    own.set(stored.command, command)
    return command
  }
  const remove = (sdkAppId: number, word: string): void => void byApp.get(sdkAppId)?.delete(word)
  return {
    follower: {
      async follow({ sdkAppId, key, state }) {
        const kept = byApp.get(sdkAppId ?? 0)?.get(key)
        if (state === undefined) remove(sdkAppId ?? 0, key)
        else if (kept?.updatedAt !== state.updatedAt || JSON.stringify(kept.definition) !== state.definition)
          await put(state)
      },
      *known() {
        for (const [sdkAppId, own] of byApp) for (const key of own.keys()) yield { sdkAppId, key }
      },
    },
    async load() {
      for (const stored of await deps.store.loadCommands()) await put(stored)
    },
    put,
    remove,
    forgetApp(sdkAppId) {
      goneApps.add(sdkAppId)
      byApp.delete(sdkAppId)
    },
    get: (sdkAppId, word) => byApp.get(sdkAppId)?.get(word),
    ofApp(sdkAppId) {
      const own = [...(byApp.get(sdkAppId)?.values() ?? [])]
      return own.toSorted((left, right) => (left.facts.command < right.facts.command ? -1 : 1))
    },
  }
}

/** What an app may use: the catalogue, and what it registered. The catalogue comes first, whatever it has grown to. */
export function commandOf(
  customs: Pick<CustomCommands, 'get'>,
  sdkAppId: number,
  word: string,
): CommandFacts | undefined {
  return findCommand(word) ?? customs.get(sdkAppId, word)?.facts
}

/** What someone may have meant by a word that is no command of the app, as the end of a sentence. */
export function hintFor(customs: Pick<CustomCommands, 'ofApp'>, sdkAppId: number, word: string): string {
  const own = customs.ofApp(sdkAppId).map(({ facts }) => facts)
  const near = suggestCommands(word, 3, own)
  return near.length === 0
    ? `GET /v1/apps/${sdkAppId}/commands lists the commands of this app.`
    : `Did you mean ${near.join(' or ')}?`
}

async function readStored(stored: StoredCommand, log: Pick<Log, 'warn'>): Promise<AppCommand | undefined> {
  const { definition: text, createdAt, updatedAt } = stored
  const definition: Record<string, unknown> = JSON.parse(text)
  try {
    const facts = parseCustomCommand(definition)
    return { facts, definition, createdAt, updatedAt, checkBody: await bodyCheckOf(facts) }
  } catch (error) {
    if (!(error instanceof CustomCommandError)) throw error
    // A later catalogue may have taken the family: its own command counts then, and the start goes on.
    log.warn({ sdkAppId: stored.sdkAppId, command: stored.command }, `a custom command is left out: ${error.message}`)
    return undefined
  }
}

/** The checker is loaded if an app has a schema, and a schema made ready when the first body comes. */
async function bodyCheckOf({ schema }: CustomCommand): Promise<BodyCheck | undefined> {
  if (schema === undefined) return undefined
  const { compileBodySchema } = await import('../wire/body-schema.ts')
  let check: BodyCheck | undefined
  return (body, onSteps) => (check ??= compileBodySchema(schema))(body, onSteps)
}
