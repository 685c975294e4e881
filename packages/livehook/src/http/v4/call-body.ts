// What the members of a call's body say, checked against the catalogue and the app's own commands.

import { findCommand, resolveCommand, suggestCommands } from '@livehook/protocol/catalogue'
import type { CustomCommand } from '@livehook/protocol/catalogue'
import { checkToken } from '@livehook/protocol/node'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import { CallRefused } from './public-code.ts'

type Body = Readonly<Record<string, unknown>>

/** Which commands a configuration takes. */
export interface TakenCommands {
  /** Of the catalogue, by their product; `undefined` for all. */
  readonly product: string | undefined
  /** The app's own. */
  readonly customs: readonly CustomCommand[]
}

const maxUrlCharacters = 8192
const maxCommands = 256

/**
 * Reads `Url` and `CallbackCommandList`. Whether the URL may be dialled is judged where every webhook's is.
 * @throws CallRefused 100002
 */
export function readCallback(body: Body, taken: TakenCommands): Pick<Webhook, 'url' | 'commands'> {
  const { Url: url, CallbackCommandList: list } = body
  if (typeof url !== 'string' || url === '') throw parameter('Url is missing, or is no text.')
  if (url.length > maxUrlCharacters) throw parameter('Url is too long.')
  if (!Array.isArray(list)) throw parameter('CallbackCommandList is missing, or is no list.')
  if (list.length === 0) throw parameter('CallbackCommandList is empty; delete_callback ends a configuration.')
  if (list.length > maxCommands) throw parameter(`CallbackCommandList has more than ${maxCommands} commands.`)
  return { url, commands: [...new Set(list.map((word: unknown) => readWord(word, taken)))] }
}

/** A command in the spelling of the catalogue: a misprint of the public pages means the command that it misprints. */
function readWord(word: unknown, { product, customs }: TakenCommands): string {
  if (typeof word !== 'string') throw parameter('CallbackCommandList may hold texts only.')
  const command = resolveCommand(word)
  if (command === undefined) {
    if (customs.some((custom) => custom.command === word)) return word
    const near = suggestCommands(word, 3, customs)
    const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
    throw parameter(`CallbackCommandList: there is no command ${shown(word)}.${hint}`)
  }
  if (product !== undefined && findCommand(command.command)?.products.includes(product) !== true) {
    throw parameter(`CallbackCommandList: ${command.command} is no command of ${product}.`)
  }
  return command.command
}

const tokenProblems = {
  empty: 'Token is empty; it has 1 to 128 characters.',
  too_long: 'Token has more than 128 characters.',
  control_character: 'Token has a control character, such as a line end.',
  ill_formed: 'Token is no valid Unicode text.',
} as const

/**
 * Reads `Token` and `IsTokenEnable`.
 * @param before the webhook, if it has a token already: then only what changes must be named
 * @throws CallRefused 100002
 */
export function readToken(
  body: Body,
  before: Pick<Webhook, 'tokens'> | undefined,
): { readonly token: string | undefined; readonly isEnabled: boolean } {
  const { Token: token, IsTokenEnable: isEnabled } = body
  if (token !== undefined && typeof token !== 'string') throw parameter('Token is no text.')
  if (isEnabled !== undefined && typeof isEnabled !== 'boolean')
    throw parameter('IsTokenEnable is neither true nor false.')
  if (token === undefined && isEnabled === undefined) throw parameter('Token and IsTokenEnable are missing.')
  if (before === undefined && (token === undefined || isEnabled === undefined)) {
    throw parameter('The first time both Token and IsTokenEnable are needed.')
  }
  const check = token === undefined ? undefined : checkToken(token)
  if (check?.kind === 'refused') throw parameter(tokenProblems[check.reason])
  return { token, isEnabled: isEnabled ?? (before !== undefined && before.tokens.length > 0) }
}

function parameter(info: string): CallRefused {
  return new CallRefused('bad_parameter', info)
}

/** A word as it was sent, without what would fill the answer or a terminal. */
function shown(word: string): string {
  return JSON.stringify(word.length > 128 ? `${word.slice(0, 128)}…` : word)
}
