// A reply as the command understands it, or none.

import type { CommandFacts, ReplyRules } from '../catalogue/command-facts.ts'
import type { MessageElement } from '../catalogue/payload-parts.ts'
import { fits, notationOf } from '../catalogue/shape.ts'
import type { Members } from '../json/value.ts'
import { ReplyError, allow, deny, ok } from './reply.ts'
import type { ReplyPacket } from './reply.ts'
import { isEmptied } from './verdict.ts'

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
  const wrong = wrongMember(rules.members, members)
  if (wrong !== undefined) throw new ReplyError(`A reply to ${command.command} ${wrong}.`)
  return allow(members)
}

/** What the command would not take of an allowance, in words; a member that is `undefined` is left out, as JSON leaves it out. */
function wrongMember(rules: ReplyRules['members'], members: Members): string | undefined {
  const unknown = Object.keys(members).find((name) => members[name] !== undefined && !Object.hasOwn(rules, name))
  if (unknown !== undefined) {
    return `has no member ${unknown}; it may have ${Object.keys(rules).join(', ') || 'none'}`
  }
  for (const [name, rule] of Object.entries(rules)) {
    const value = Object.hasOwn(members, name) ? members[name] : undefined
    if (value === undefined ? rule.required : !fits(rule.shape, value)) {
      return `needs ${name} of the form ${notationOf(rule.shape)}`
    }
    if (isEmptied(rule, value)) return `needs ${name} with at least one element`
  }
  return undefined
}
