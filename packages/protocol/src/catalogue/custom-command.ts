// Commands of an app's own: the same facts as a public command has, checked when they are registered.

import { isMembers } from '../json/value.ts'
import type { Members } from '../json/value.ts'
import type { CodeRule, CommandFacts, CommandPhase, OrderScope, OtherCodes, ReplyRules } from './command-facts.ts'
import type { JsonSchema } from './command.ts'
import { isCommandWord } from '../url/params.ts'
import type { CarriedParameters } from '../url/params.ts'

/** A command that an app registered. Its body is not described by a shape but by its schema. */
export interface CustomCommand extends CommandFacts {
  readonly kind: 'custom'
  readonly trigger: string
  readonly schema?: JsonSchema
  readonly sample?: Members
}

/** What is wrong with the description of a custom command. */
export interface CustomCommandFault {
  /** JSON pointer into the description. */
  readonly pointer: string
  readonly detail: string
}

/** The description of a custom command cannot be used; `faults` says why, all of it at once. */
export class CustomCommandError extends Error {
  override readonly name = 'CustomCommandError'
  readonly code = 'custom_command'
  readonly faults: readonly CustomCommandFault[]

  constructor(faults: readonly CustomCommandFault[]) {
    super(faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '))
    this.faults = faults
  }
}

/** How long a schema or a sample may be, as JSON text. */
export const maxCustomCommandCharacters = 65_536

/** What is asked where the description of a *before* command has no `reply`: 0 allows, every other code denies. */
const plainReply: ReplyRules = {
  kind: 'verdict',
  codes: [{ from: 0, to: 0, verdict: 'allow', clientSees: 'success' }],
  otherCodes: { verdict: 'deny', clientSees: 'own_code' },
  silence: { verdict: 'allow' },
  members: {},
}

const memberNames = new Set([
  'command',
  'phase',
  'trigger',
  'schema',
  'sample',
  'carries',
  'order',
  'identity',
  'reply',
])

/**
 * Checks the description of a custom command:
 * `{"command":"Shop.CallbackBeforeOrder","phase":"before","trigger":"…","schema":{…},"sample":{…},
 * "carries":{"clientIp":true,"optPlatform":false},"order":{"scope":"user","by":["Buyer"]},"identity":["OrderId"],
 * "reply":{"codes":[{"codes":"0","verdict":"allow"},{"codes":"500..599","verdict":"deny","clientSees":"own_code"}],
 * "otherCodes":"none","silence":"allow","replaces":["Items"]}}`. Everything but `command` and `phase` may be left out.
 * @param reserved families that are taken: those of the catalogue, so that a later public command never meets a custom one
 * @throws CustomCommandError with everything that is wrong
 */
export function parseCustomCommand(value: unknown, reserved: readonly string[]): CustomCommand {
  const faults: CustomCommandFault[] = []
  const wrong = (pointer: string, detail: string): void => void faults.push({ pointer, detail })
  if (!isMembers(value)) throw new CustomCommandError([{ pointer: '', detail: 'must be an object' }])
  for (const name of Object.keys(value)) if (!memberNames.has(name)) wrong(`/${name}`, 'is no member of it')
  const command = parseWord(value['command'], reserved, wrong)
  const phase = parsePhase(value['phase'], wrong)
  const { trigger } = value
  if (trigger !== undefined && (typeof trigger !== 'string' || trigger.length > 1000)) {
    wrong('/trigger', 'must be text of at most 1000 characters')
  }
  const schema = parseDocument(value, 'schema', wrong)
  if (schema !== undefined && Object.hasOwn(schema, 'type') && schema['type'] !== 'object') {
    wrong('/schema/type', 'must be "object": a body is an object')
  }
  const sample = parseDocument(value, 'sample', wrong)
  const carries = parseCarries(value['carries'], wrong)
  const order = parseOrder(value['order'], wrong)
  const identity = value['identity'] === undefined ? undefined : parsePaths(value['identity'], '/identity', wrong)
  const reply = phase === 'after' ? undefined : parseReply(value['reply'], wrong)
  if (phase === 'after' && value['reply'] !== undefined) wrong('/reply', 'is for before commands only')
  if (faults.length > 0) throw new CustomCommandError(faults)
  return {
    kind: 'custom',
    command,
    family: command.slice(0, command.indexOf('.')),
    phase,
    trigger: typeof trigger === 'string' ? trigger : '',
    carries,
    shape: {},
    ...(schema !== undefined && { schema }),
    ...(sample !== undefined && { sample }),
    ...(order !== undefined && { order }),
    ...(identity !== undefined && { identity }),
    ...(reply !== undefined && { reply }),
  }
}

type Wrong = (pointer: string, detail: string) => void

function parseWord(value: unknown, reserved: readonly string[], wrong: Wrong): string {
  if (!isCommandWord(value)) {
    wrong('/command', 'must be Family.Name: letters, digits and _, each beginning with a letter')
    return ''
  }
  const family = value.slice(0, value.indexOf('.')).toLowerCase()
  if (reserved.some((taken) => taken.toLowerCase() === family)) {
    wrong('/command', 'is in a family of the catalogue; take a family of your own')
  }
  return value
}

function parsePhase(value: unknown, wrong: Wrong): CommandPhase {
  if (value === 'before' || value === 'after') return value
  wrong('/phase', 'must be "before" or "after"')
  // So that what the reply says is looked at as well.
  return 'before'
}

function parseDocument(value: Members, name: 'schema' | 'sample', wrong: Wrong): Members | undefined {
  const document = value[name]
  if (document === undefined) return undefined
  if (!isMembers(document)) {
    wrong(`/${name}`, 'must be an object')
    return undefined
  }
  if (JSON.stringify(document).length > maxCustomCommandCharacters) {
    wrong(`/${name}`, `must have at most ${maxCustomCommandCharacters} characters`)
  }
  return document
}

function parseCarries(value: unknown, wrong: Wrong): CarriedParameters {
  const carries = isMembers(value) ? value : {}
  if (value !== undefined && !isMembers(value)) wrong('/carries', 'must be an object')
  for (const [name, given] of Object.entries(carries)) {
    if (name !== 'clientIp' && name !== 'optPlatform') wrong(`/carries/${name}`, 'is no parameter that can be left out')
    else if (typeof given !== 'boolean') wrong(`/carries/${name}`, 'must be true or false')
  }
  return { clientIp: carries['clientIp'] !== false, optPlatform: carries['optPlatform'] !== false }
}

const orderScopes: readonly OrderScope[] = ['room', 'group', 'conversation', 'call', 'account', 'session', 'user']

function parseOrder(value: unknown, wrong: Wrong): CustomCommand['order'] {
  if (value === undefined) return undefined
  if (!isMembers(value)) {
    wrong('/order', 'must be an object')
    return undefined
  }
  const { scope, by, ...rest } = value
  for (const name of Object.keys(rest)) wrong(`/order/${name}`, 'is no member of it')
  const known = orderScopes.find((each) => each === scope)
  if (known === undefined) wrong('/order/scope', `must be one of ${orderScopes.join(', ')}`)
  return { scope: known ?? 'room', by: parsePaths(by, '/order/by', wrong) }
}

/** Members by name, through objects with `.` and through lists with `[]`; one that may be absent ends with `?`. */
function parsePaths(value: unknown, pointer: string, wrong: Wrong): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 8) {
    wrong(pointer, 'must be a list of one to eight members')
    return []
  }
  return value.flatMap((path: unknown, index) => {
    if (typeof path === 'string' && path.length <= 256 && /^\w+(?:\[\])?(?:\.\w+(?:\[\])?)*\??$/.test(path))
      return [path]
    wrong(`${pointer}/${index}`, 'must be the name of a member, such as "RoomId", "RoomInfo.RoomId" or "TopicId?"')
    return []
  })
}

function parseReply(value: unknown, wrong: Wrong): ReplyRules {
  if (value === undefined) return plainReply
  if (!isMembers(value)) {
    wrong('/reply', 'must be an object')
    return plainReply
  }
  const { codes, otherCodes = 'none', silence = 'allow', replaces = [], ...rest } = value
  for (const name of Object.keys(rest)) wrong(`/reply/${name}`, 'is no member of it')
  if (silence !== 'allow' && silence !== 'deny') wrong('/reply/silence', 'must be "allow" or "deny"')
  return {
    kind: 'verdict',
    codes: parseCodes(codes, wrong),
    otherCodes: parseOtherCodes(otherCodes, wrong),
    silence: { verdict: silence === 'deny' ? 'deny' : 'allow' },
    members: Object.fromEntries(
      parseNames(replaces, wrong).map((name) => [name, { shape: 'any', required: false, use: 'replaces' } as const]),
    ),
  }
}

function parseOtherCodes(value: unknown, wrong: Wrong): OtherCodes {
  if (value !== 'none' && value !== 'deny') wrong('/reply/otherCodes', 'must be "none" or "deny"')
  return value === 'deny' ? { verdict: 'deny', clientSees: 'own_code' } : { verdict: 'none' }
}

const packetMembers = new Set(['ActionStatus', 'ErrorCode', 'ErrorInfo', '__proto__'])

function parseNames(value: unknown, wrong: Wrong): readonly string[] {
  const names = Array.isArray(value) ? value : undefined
  if (names === undefined) wrong('/reply/replaces', 'must be a list of member names')
  return (names ?? []).flatMap((name: unknown, index) => {
    if (typeof name === 'string' && name !== '' && !packetMembers.has(name)) return [name]
    wrong(`/reply/replaces/${index}`, 'must be the name of a member that the reply may replace')
    return []
  })
}

function parseCodes(value: unknown, wrong: Wrong): readonly CodeRule[] {
  if (!Array.isArray(value) || value.length === 0) {
    wrong('/reply/codes', 'must be a list of codes and what they mean')
    return []
  }
  const rules = value.flatMap((each: unknown, index) => parseCode(each, `/reply/codes/${index}`, wrong))
  const inOrder = rules.toSorted((left, right) => left.from - right.from)
  if (inOrder.some(({ from }, index) => index > 0 && from <= (inOrder[index - 1]?.to ?? -1))) {
    wrong('/reply/codes', 'must not say two things of one code')
  }
  if (!rules.some(({ verdict }) => verdict === 'allow')) wrong('/reply/codes', 'must have a code that allows')
  return rules
}

function parseCode(value: unknown, pointer: string, wrong: Wrong): readonly CodeRule[] {
  const rule = isMembers(value) ? value : {}
  const { codes, verdict, clientSees } = rule
  const [, first, last = first] = typeof codes === 'string' ? (/^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(codes) ?? []) : []
  const [from, to] = [Number(first), Number(last)]
  if (!(from <= to)) {
    wrong(`${pointer}/codes`, 'must be one code or first..last, such as "10100..10200"')
    return []
  }
  switch (verdict) {
    case 'allow':
    case 'drop':
      return [{ from, to, verdict, clientSees: 'success' }]
    case 'deny': {
      const isFixed = typeof clientSees === 'number' && Number.isInteger(clientSees) && clientSees > 0
      if (!isFixed && clientSees !== undefined && clientSees !== 'own_code') {
        wrong(`${pointer}/clientSees`, 'must be "own_code" or a positive code')
      }
      return [{ from, to, verdict, clientSees: isFixed ? clientSees : 'own_code' }]
    }
    default:
      wrong(`${pointer}/verdict`, 'must be "allow", "deny" or "drop"')
      return []
  }
}
