// The two ways to a receiver in any runtime: with every command of the catalogue, or with those that are named.

import { checkSign, checkSignature } from '@livehook/protocol'
import type { CommandFacts, EventWord } from '@livehook/protocol/commands'
import { catalogueTable } from './handlers/catalogue-table.ts'
import { commandTable } from './handlers/command-table.ts'
import type { LeanOptions, ReceiverOptions } from './options.ts'
import { buildLeanReceiver, buildReceiver } from './receiver.ts'
import type { LeanReceiver, Receiver } from './receiver.ts'

const hashing = { checkSign, checkSignature }

/**
 * A receiver that knows every command of the catalogue.
 * @throws ReceiverError `options` for what cannot be meant: no app, an empty token, an option that does not exist
 * @example
 * const receiver = createReceiver({ apps: { 1400000001: { tokens: [process.env.TOKEN!] } } })
 * receiver.before('Group.CallbackBeforeSendMsg', (event) => (isSpam(event.body) ? deny(10101, 'no ads') : allow()))
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  return buildReceiver(options, { commands: catalogueTable(), hashing })
}

/**
 * A receiver that knows the named commands only, for where bytes are counted: a bundler leaves the others out.
 * It has no log (`observe` is told everything) and no spans, and its handler for Web requests is `fetchHandler`.
 * @param commands constants of `@livehook/protocol/commands`
 * @throws ReceiverError as `createReceiver`
 */
export function createLeanReceiver<Word extends EventWord>(
  commands: readonly CommandFacts<Word>[],
  options: LeanOptions,
): LeanReceiver<Word> {
  return buildLeanReceiver<Word>(options, { commands: commandTable(commands), hashing })
}
