// What a body itself says about its place: which order it belongs in, and whether it is an event that was seen before.

import { valuesAt } from '../json/value.ts'
import type { AfterCommand, CommandFacts } from '../catalogue/command-facts.ts'

export interface NaturalKeys {
  /** Events with the same text belong in one order: `room:stage-42`, `conversation:amy/ben`. */
  readonly order?: string
  /** Events with the same text are one and the same. Missing if a body has nothing to tell by; `webhook-id` always has. */
  readonly identity?: string
}

/**
 * The natural keys of an event. Values are percent-encoded, so that no two lists of values give the same text.
 * @param command of the catalogue or a custom one
 * @param body as `readEvent` gives it
 */
export function naturalKeys(command: Pick<CommandFacts, 'command' | 'order' | 'identity'>, body: unknown): NaturalKeys {
  const order = command.order === undefined ? undefined : keyOf(command.order.by, body)
  const identity = command.identity === undefined ? undefined : keyOf(command.identity, body)
  // A conversation is the same from both ends.
  const ordered = command.order?.scope === 'conversation' ? order?.toSorted() : order
  return {
    ...(ordered !== undefined && { order: `${command.order?.scope}:${ordered.join('/')}` }),
    ...(identity !== undefined && { identity: `${command.command}:${identity.join('/')}` }),
  }
}

/**
 * The *after* command whose event follows when a *before* event was let pass, with the members by which the two find each other;
 * `undefined` if none is published, as for gifts.
 */
export function afterCommandOf(command: Pick<CommandFacts, 'after'>): AfterCommand | undefined {
  return command.after
}

/** Says whether an *after* event is the one that followed a *before* event, as far as the two bodies can tell. */
export function followsFrom(
  before: { readonly command: Pick<CommandFacts, 'after'>; readonly body: unknown },
  after: {
    readonly command: string
    readonly body: unknown
  },
): boolean {
  const follows = before.command.after
  if (follows === undefined || follows.command !== after.command) return false
  return Object.entries(follows.match).every(([from, to]) => {
    const wanted = new Set(valuesAt(before.body, from).map((value) => JSON.stringify(value)))
    return valuesAt(after.body, to).some((value) => wanted.has(JSON.stringify(value)))
  })
}

function keyOf(paths: readonly string[], body: unknown): readonly string[] | undefined {
  const parts: string[] = []
  for (const path of paths) {
    const values = valuesAt(body, path).map(plain)
    const isMissing = values.length === 0 && !path.endsWith('?')
    if (isMissing || values.includes(undefined)) return undefined
    parts.push(values.join(','))
  }
  return parts
}

function plain(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? encodeURIComponent(value) : undefined
}
