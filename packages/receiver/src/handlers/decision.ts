// What a handler decides about a *before* event, as a value; the reply packet is made from it.

import type { Acknowledgement, BeforeWord, Reply } from '@livehook/protocol/commands'
import type { DenyCode, DroppableWord, RequiredMember } from './reply-codes.ts'

export interface Allowance<Members extends object = object, Names extends PropertyKey = keyof Members> {
  readonly kind: 'allow'
  readonly members: Members
  /** Exists for the compiler only: without it `allow({ MsgBdoy: [] })` would be taken for an allowance that replaces nothing. */
  readonly names?: Names
}

export interface Denial<Code extends number = number> {
  readonly kind: 'deny'
  readonly code: Code
  readonly text: string
}

export interface Drop {
  readonly kind: 'drop'
}

/** Any decision, as far as it can be known without its command. */
export type AnyDecision = Allowance<object, PropertyKey> | Denial | Drop

/** The members that a reply to the command may have beside the three of every packet. */
export type AllowMembers<Word extends BeforeWord> = Word extends BeforeWord
  ? MembersOf<Omit<Reply<Word>, keyof Acknowledgement>, RequiredMember<Word>>
  : never

type MembersOf<Members, Required extends string> = {
  readonly [Name in Exclude<keyof Members, Required>]?: Members[Name] | undefined
} & {
  readonly [Name in Extract<keyof Members, Required>]-?: Exclude<Members[Name], undefined>
}

/** What may be decided about a command: its own codes, its own replacements, `drop()` only if it is known. */
export type Decision<Word extends BeforeWord> = Word extends BeforeWord
  ? Allowance<AllowMembers<Word>> | Denial<DenyCode<Word>> | (Word extends DroppableWord ? Drop : never)
  : never

/**
 * Lets the event pass.
 * @param members what takes the place of the event's own, as the command has it: `allow({ MsgBody: […] })`
 */
export function allow(): Allowance
export function allow<Members extends object>(members: Members): Allowance<Members>
export function allow(members: object = {}): Allowance {
  return { kind: 'allow', members }
}

/**
 * Refuses the event.
 * @param code 1, or one of the app's own within the command's range: with those, code and text reach the client
 * @param text what the person is told, if the command shows it
 */
export function deny<const Code extends number = 1>(code?: Code, text?: string): Denial<Code>
export function deny(code = 1, text = ''): Denial {
  return { kind: 'deny', code, text }
}

/** Drops the event in silence: the sender sees success, and nothing is sent on. Only messages can be dropped. */
export function drop(): Drop {
  return { kind: 'drop' }
}

/** Says whether a handler returned a decision. Anything may come back from a program without types. */
export function isDecision(value: unknown): value is AnyDecision {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  if (value.kind === 'allow') return 'members' in value && typeof value.members === 'object' && value.members !== null
  if (value.kind === 'deny') return 'code' in value && 'text' in value && typeof value.text === 'string'
  return value.kind === 'drop'
}
