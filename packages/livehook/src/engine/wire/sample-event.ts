// An event made from the catalogue's sample, for a probe: complete, with the present time.

import { completeBody } from '@livehook/protocol/node'
import { findCommand, listCommands, sampleOf, suggestCommands } from '@livehook/protocol/catalogue'
import type { CustomCommand } from '@livehook/protocol/catalogue'
import { assert } from '../../domain/assert.ts'
import type { CommandPhase } from '../../domain/diagnosis/diagnosis.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import { subscribes } from '../../domain/webhook/webhook.ts'

export interface SampleEvent {
  readonly command: string
  readonly phase: CommandPhase
  readonly body: Uint8Array
}

/** What is sent if the webhook is subscribed to everything: harmless, and every live platform has it. */
const usualCommand = 'Live.CallbackAfterCreateRoom'

/**
 * Makes the event of a probe.
 * @param request.command the command word; if it is left out, one that the webhook is subscribed to
 * @param request.customs the app's own commands
 * @param request.at epoch milliseconds, the event's time
 * @throws ServiceError `unknown_command` for a word that is no command, or none that is ever sent
 */
export function sampleEvent(request: {
  readonly command: string | undefined
  readonly subscribed: readonly string[]
  readonly customs: readonly CustomCommand[]
  readonly at: number
}): SampleEvent {
  const { customs } = request
  const word = request.command ?? chooseCommand(request.subscribed, customs)
  const custom = customs.find(({ command }) => command === word)
  const found = findCommand(word) ?? custom
  const sample = sampleOf(word) ?? (custom === undefined ? undefined : JSON.stringify(custom.sample ?? {}))
  if (found === undefined || sample === undefined) throw unknownCommand(word, customs)
  const members: Record<string, unknown> = JSON.parse(sample)
  const { EventTime: _old, ...body } = members
  const completed = completeBody(Buffer.from(JSON.stringify(body)), { command: word, eventTime: request.at })
  assert(completed.kind === 'complete', 'a sample is a good body')
  return { command: word, phase: found.phase, body: completed.bytes }
}

/** A command whose sample says something about a webhook with these command words and patterns. */
export function chooseCommand(subscribed: readonly string[], customs: readonly CustomCommand[] = []): string {
  if (subscribes(subscribed, usualCommand)) return usualCommand
  const known = listCommands().filter(({ command }) => sampleOf(command) !== undefined)
  const sent = [...known, ...customs].filter(({ command }) => subscribes(subscribed, command))
  const chosen = sent.find(({ phase }) => phase === 'after') ?? sent[0]
  return chosen?.command ?? usualCommand
}

function unknownCommand(word: string, customs: readonly CustomCommand[]): ServiceError {
  const near = suggestCommands(word, 3, customs)
  const hint = near.length === 0 ? 'docs/commands.md lists the commands.' : `Did you mean ${near.join(' or ')}?`
  const detail =
    findCommand(word) === undefined
      ? `There is no command ${JSON.stringify(word)}. ${hint}`
      : `${word} is a switch; no event of it exists.`
  return new ServiceError('unknown_command', detail, { errors: [{ pointer: '/command', detail }] })
}
