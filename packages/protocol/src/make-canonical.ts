// Strict out: what this package makes is written as the catalogue has it, or not at all.

import { isMembers } from './body-value.ts'
import type { Members } from './body-value.ts'
import type { CommandFacts } from './command-facts.ts'
import type { EventWord } from './generated/words.ts'
import { normaliseBody } from './normalise-body.ts'
import type { MessageElement, Payload } from './payload.ts'
import { ReplyError, allow, deny, ok } from './reply.ts'
import type { ReplyPacket } from './reply.ts'
import { fits } from './verdict.ts'

/** A body was to be made that the command does not have: `pointer` names the first member that is missing or of another type. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly code = 'body_shape'
  readonly pointer: string

  constructor(command: string, pointer: string) {
    super(`A body of ${command} does not look like this: see ${pointer}.`)
    this.pointer = pointer
  }
}

/**
 * The body of an event as text, canonical: `CallbackCommand` first, members under their own names and in their own types.
 * @param facts the command
 * @param members the body; `CallbackCommand` may be left out
 * @throws BodyError where a required member is missing or a member has another type
 */
export function makeBody<Word extends EventWord>(
  facts: CommandFacts<Word>,
  members: Omit<Payload<Word>, 'CallbackCommand'>,
): string {
  const given: unknown = members
  if (!isMembers(given)) throw new BodyError(facts.command, '/')
  const { body } = normaliseBody(facts, { CallbackCommand: facts.command, ...given })
  const wrong = Object.entries(facts.shape).find(([key, shape]) => !fits({ [key]: shape }, body))
  if (wrong !== undefined) throw new BodyError(facts.command, `/${wrong[0].replace('?', '')}`)
  return JSON.stringify(body)
}

/** What a receiver decides about a *before* event. */
export type ReplyChoice =
  | {
      readonly verdict: 'allow'
      /** Members of the reply: `MsgBody`, `CloudCustomData`, `RefusedMembers_Account`, `ResultItem` … as the command has them. */
      readonly members?: Members & { readonly MsgBody?: readonly MessageElement[] }
    }
  /** Without a code the command's plain refusal. */
  | { readonly verdict: 'deny'; readonly code?: number; readonly text?: string }
  | { readonly verdict: 'drop' }

/**
 * The reply packet for a choice, as the command understands it.
 * @param command a *before* command
 * @throws ReplyError for a code that would not deny, a drop that the command does not know, a member it would not take
 */
export function makeReply(command: Pick<CommandFacts, 'command' | 'reply'>, choice: ReplyChoice): ReplyPacket {
  const rules = command.reply
  if (rules === undefined) throw new ReplyError(`${command.command} is not asked; acknowledge it with ok().`)
  if (choice.verdict === 'drop') {
    const rule = rules.codes.find(({ verdict }) => verdict === 'drop')
    if (rule === undefined) throw new ReplyError(`${command.command} cannot be dropped in silence.`)
    return { ...ok(), ErrorCode: rule.from }
  }
  if (choice.verdict === 'deny') {
    const denying = rules.codes.filter(({ verdict }) => verdict === 'deny')
    const plain = denying.find(({ from, to }) => from === to)?.from ?? 1
    const code = choice.code ?? plain
    const rule = rules.codes.find(({ from, to }) => from <= code && code <= to) ?? rules.otherCodes
    if (code < 0 || rule.verdict !== 'deny') throw new ReplyError(`${command.command} is not denied by code ${code}.`)
    return deny(code, choice.text)
  }
  const members = choice.members ?? {}
  for (const name of Object.keys(members)) {
    const member = Object.hasOwn(rules.members, name) ? rules.members[name] : undefined
    if (member === undefined || !fits(member.shape, members[name])) {
      throw new ReplyError(`A reply to ${command.command} has no such ${name}.`)
    }
  }
  const missing = Object.entries(rules.members).find(
    ([name, { required }]) => required && !Object.hasOwn(members, name),
  )
  if (missing !== undefined) throw new ReplyError(`A reply to ${command.command} needs ${missing[0]}.`)
  return allow(members)
}
