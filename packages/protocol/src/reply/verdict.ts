// What a receiver's answer to a *before* command means. Pure: bytes in, a value out.

import { parseKeepingDigits } from '../json/value.ts'
import type { ClientSees, CommandFacts, ReplyMember, ReplyRules } from '../catalogue/command-facts.ts'
import { fits } from '../catalogue/shape.ts'
import { readReply } from './reply.ts'
import type { ReadReply } from './reply.ts'

type Packet = ReadReply & { readonly kind: 'packet' }

/** A member of the reply that counts: see `ReplyMember.use`. */
export interface ReplyReplacement {
  readonly member: string
  readonly use: ReplyMember['use']
  readonly value: unknown
  /** The value's text as it came, for who hands it on. */
  readonly json: string
}

/** What the receiver's packet said, for people. */
interface Said {
  readonly replied: { readonly errorCode: number; readonly errorInfo: string }
}

export type ReadVerdict =
  | (Said & {
      readonly kind: 'verdict'
      readonly verdict: 'allow'
      readonly errorCode: 0
      readonly errorInfo: ''
      readonly replace: readonly ReplyReplacement[]
    })
  | (Said & {
      readonly kind: 'verdict'
      readonly verdict: 'deny'
      /** The code that the client sees. */
      readonly errorCode: number
      /** The text that the client sees; empty if the platform has a text of its own for the code. */
      readonly errorInfo: string
    })
  /** The sender sees success, and nothing is sent on. */
  | (Said & {
      readonly kind: 'verdict'
      readonly verdict: 'drop'
      readonly errorCode: 0
      readonly errorInfo: ''
    })
  | NoVerdict

/** The answer decides nothing: the webhook's failure policy does. */
export type NoVerdict =
  | { readonly kind: 'no_verdict'; readonly reason: 'unreadable' | 'no_error_code' }
  /** `negative_code` and `unknown_code`: the command does not say what the code means. `bad_member`: see `member`. */
  | (Said & { readonly kind: 'no_verdict'; readonly reason: 'negative_code' | 'unknown_code' })
  | (Said & { readonly kind: 'no_verdict'; readonly reason: 'bad_member'; readonly member: string })

/**
 * Reads the answer to a *before* command: its integer `ErrorCode` decides, by the command's rules. Members of the reply count
 * with a code that allows and with no other; one that is not what it should be makes the whole answer no verdict.
 * `null` is no member: many languages write it for what was not set.
 * @param command of the catalogue or a custom one
 * @param bytes the answer's body; that its status was 200 is for the caller to know
 * @throws TypeError for a command that is not asked
 */
export function readVerdict(command: Pick<CommandFacts, 'command' | 'reply'>, bytes: Uint8Array): ReadVerdict {
  const rules = command.reply
  if (rules === undefined) throw new TypeError(`${command.command} is not asked, so no answer to it is a verdict.`)
  const packet = readReply(bytes)
  if (packet.kind !== 'packet') {
    return { kind: 'no_verdict', reason: packet.kind === 'unreadable' ? 'unreadable' : 'no_error_code' }
  }
  const { errorCode, errorInfo } = packet
  const said = { replied: { errorCode, errorInfo } }
  if (errorCode < 0) return { kind: 'no_verdict', reason: 'negative_code', ...said }
  const rule = rules.codes.find(({ from, to }) => from <= errorCode && errorCode <= to) ?? rules.otherCodes
  switch (rule.verdict) {
    case 'allow':
      return readAllowance(rules, packet, said)
    case 'deny':
      return { kind: 'verdict', verdict: 'deny', ...seenBy(rule.clientSees, said), ...said }
    case 'drop':
      return { kind: 'verdict', verdict: 'drop', errorCode: 0, errorInfo: '', ...said }
    case 'none':
    default:
      return { kind: 'no_verdict', reason: 'unknown_code', ...said }
  }
}

/**
 * What no usable answer means where the webhook's failure policy does not say otherwise.
 * @param isSubscribed whether the webhook is subscribed to a command: one may be a switch that turns a denial around
 */
export function silenceOf(
  { reply }: Pick<CommandFacts, 'reply'>,
  isSubscribed: (command: string) => boolean,
): 'allow' | 'deny' {
  if (reply === undefined) return 'allow'
  const { verdict, unless } = reply.silence
  return unless !== undefined && isSubscribed(unless) ? 'allow' : verdict
}

/** A platform's own code comes with the platform's own text. */
function seenBy(clientSees: ClientSees, { replied }: Said): { readonly errorCode: number; readonly errorInfo: string } {
  return typeof clientSees === 'number' ? { errorCode: clientSees, errorInfo: '' } : replied
}

function readAllowance(rules: ReplyRules, packet: Packet, said: Said): ReadVerdict {
  const replace: ReplyReplacement[] = []
  for (const [member, rule] of Object.entries(rules.members)) {
    const json = memberText(packet, [member, ...(rule.aliases ?? [])])
    if (json === undefined) {
      if (rule.required) return { kind: 'no_verdict', reason: 'bad_member', member, ...said }
      continue
    }
    const value = parseKeepingDigits(json)
    if (isEmptied(rule, value) || !fits(rule.shape, value))
      return { kind: 'no_verdict', reason: 'bad_member', member, ...said }
    replace.push({ member, use: rule.use, value, json })
  }
  return { kind: 'verdict', verdict: 'allow', errorCode: 0, errorInfo: '', replace, ...said }
}

/** Says whether a member would leave nothing of what it replaces: a message without elements cannot be sent. */
export function isEmptied({ use }: ReplyMember, value: unknown): boolean {
  return use === 'replaces' && Array.isArray(value) && value.length === 0
}

/** The text of the first of these members that is there and not `null`. */
function memberText({ members, json }: Packet, names: readonly string[]): string | undefined {
  for (const name of names) {
    const member = members.findLast((each) => each.name === name)
    if (member === undefined || member.valueKind === 'null') continue
    return new TextDecoder().decode(json.subarray(member.valueStart, member.valueEnd))
  }
  return undefined
}
