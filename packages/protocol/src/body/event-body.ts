// The body of an event as the sender hands it in: what it must be, and the two members that are put in front if they are missing.

import { decodeJsonString } from '../json/walk.ts'
import { scanJson } from '../json/scan.ts'
import type { InvalidJson, JsonMember } from '../json/scan.ts'
import { utf8 } from '../signature/text-bytes.ts'

/**
 * How many bytes a sender's body may have (256 KiB). It is the sender's bytes that are counted: what the service puts in front
 * (the command word and a time, less than 256 bytes) never makes a good body bad.
 */
export const maxEventBodyBytes = 262_144

/** How many objects and arrays may lie inside each other, the body itself counted. */
export const maxEventBodyDepth = 100

/** How many values a body may have at all levels together, itself counted: this and its bytes bound what reading it costs. */
export const maxEventBodyValues = 50_000

export type BodyRefusal =
  | 'too_large'
  | 'too_many_values'
  | 'invalid_json'
  | 'invalid_utf8'
  | 'not_an_object'
  | 'too_deep'
  | 'duplicate_key'
  | 'forbidden_key'
  | 'command_mismatch'

export type CompletedBody =
  | {
      readonly kind: 'complete'
      /** If nothing was missing, the very array that was handed in. */
      readonly bytes: Uint8Array
    }
  | {
      readonly kind: 'refused'
      readonly code: BodyRefusal
      /** A sentence for the sender's developer. It never quotes the body. */
      readonly detail: string
      /** Where in the body, in bytes, when there is such a place. */
      readonly offset?: number
    }

/** What the service knows about the event beside its body. */
export interface EventFacts {
  /** The command word, well formed. */
  readonly command: string
  /** When the event happened, epoch milliseconds; used if the body does not say. */
  readonly eventTime: number
}

/**
 * Checks a sender's event body and completes it: a JSON object in UTF-8 without byte order mark, within its limits, no name
 * twice at the top (escapes resolved) and none called `__proto__` there, `CallbackCommand` equal to the command where present.
 * Missing `CallbackCommand` and `EventTime` are put in front of the other members. Every other byte stays as it came (I8).
 */
export function completeBody(bytes: Uint8Array, facts: EventFacts): CompletedBody {
  if (bytes.length > maxEventBodyBytes) {
    return refused('too_large', `The body has ${bytes.length} bytes; at most ${maxEventBodyBytes} are accepted.`)
  }
  const scan = scanJson(bytes, bodyLimits)
  if (scan.kind === 'invalid') return refusedAsInvalid(scan)
  if (scan.kind !== 'object') {
    return refused('not_an_object', `The body must be a JSON object; this is a JSON ${scan.kind}.`, scan.start)
  }
  const { command, eventTime, refusal } = readMembers(bytes, scan.members, facts.command)
  if (refusal !== undefined) return refusal
  if (!Number.isSafeInteger(facts.eventTime))
    throw new TypeError('An event happened at a whole number of milliseconds.')
  const missing: string[] = []
  if (command === undefined) missing.push(`"CallbackCommand":${JSON.stringify(facts.command)}`)
  if (eventTime === undefined) missing.push(`"EventTime":${facts.eventTime}`)
  if (missing.length === 0) return { kind: 'complete', bytes }
  const added = utf8(missing.join(',') + (scan.members.length > 0 ? ',' : ''))
  return { kind: 'complete', bytes: insert(bytes, scan.start + 1, added) }
}

const bodyLimits = { maxDepth: maxEventBodyDepth, maxValues: maxEventBodyValues }

interface TopMembers {
  readonly command?: JsonMember
  readonly eventTime?: JsonMember
  readonly refusal?: CompletedBody
}

function readMembers(bytes: Uint8Array, members: readonly JsonMember[], word: string): TopMembers {
  let command: JsonMember | undefined
  let eventTime: JsonMember | undefined
  const isEarlier = createIsEarlier(members)
  for (const [index, member] of members.entries()) {
    const { name } = member
    if (name === '__proto__') {
      return { refusal: refused('forbidden_key', 'A member at the top is called __proto__.', member.nameStart) }
    }
    if (isEarlier(index, name)) {
      return {
        refusal: refused('duplicate_key', 'A member at the top has the name of an earlier one.', member.nameStart),
      }
    }
    if (name === 'CallbackCommand') command = member
    else if (name === 'EventTime') eventTime = member
  }
  if (command !== undefined && !isText(bytes, command, word)) {
    const detail = `CallbackCommand in the body must repeat the event's command, ${word}, or be left out.`
    return { refusal: refused('command_mismatch', detail, command.valueStart) }
  }
  return { ...(command && { command }), ...(eventTime && { eventTime }) }
}

/** Up to so many members, looking at all earlier ones costs less than a set of them. */
const fewMembers = 16

/** Says, asked for each member in turn, whether an earlier one has its name. */
function createIsEarlier(members: readonly JsonMember[]): (index: number, name: string) => boolean {
  if (members.length > fewMembers) {
    const names = new Set<string>()
    return (_, name) => names.size === names.add(name).size
  }
  return (index, name) => {
    for (let earlier = 0; earlier < index; earlier++) if (members[earlier]?.name === name) return true
    return false
  }
}

function isText(bytes: Uint8Array, { valueKind, valueStart, valueEnd }: JsonMember, text: string): boolean {
  return valueKind === 'string' && decodeJsonString(bytes, valueStart, valueEnd) === text
}

function insert(bytes: Uint8Array, at: number, added: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + added.length)
  whole.set(bytes.subarray(0, at))
  whole.set(added, at)
  whole.set(bytes.subarray(at), at + added.length)
  return whole
}

function refusedAsInvalid({ code, offset }: InvalidJson): CompletedBody {
  switch (code) {
    case 'empty_body':
      return refused('invalid_json', 'The body is empty; a JSON object is expected.', offset)
    case 'invalid_utf8':
      return refused('invalid_utf8', `The body is not UTF-8: byte ${offset} fits no character.`, offset)
    case 'too_deep':
      return refused('too_deep', `The body nests deeper than ${maxEventBodyDepth} levels at byte ${offset}.`, offset)
    case 'too_many_members':
    case 'too_many_values':
      return refused('too_many_values', `The body has more than ${maxEventBodyValues} values in all.`, offset)
    case 'invalid_json':
    default:
      return refused('invalid_json', `The body is not JSON: it leaves the grammar at byte ${offset}.`, offset)
  }
}

function refused(code: BodyRefusal, detail: string, offset?: number): CompletedBody {
  return offset === undefined ? { kind: 'refused', code, detail } : { kind: 'refused', code, detail, offset }
}
