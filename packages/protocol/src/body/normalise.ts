// One view of a body, whatever the sender's habits: names, types and time as the catalogue has them. The bytes stay untouched.

import { isMembers, valuesAt } from '../json/value.ts'
import type { Members } from '../json/value.ts'
import type { CommandFacts } from '../catalogue/command-facts.ts'
import { isListShape } from '../catalogue/shape.ts'
import type { MemberShapes, Shape } from '../catalogue/shape.ts'

/** Where a body was not written as the catalogue has it, and what the view made of it. Paths are JSON pointers into the body. */
export type Drift =
  | { readonly kind: 'renamed'; readonly path: string; readonly to: string }
  | { readonly kind: 'retyped'; readonly path: string; readonly from: 'number' | 'string' | 'single' }
  /** `EventTime` was given in seconds. */
  | { readonly kind: 'seconds'; readonly path: string }
  /** `EventTime` was missing and was taken from this member. */
  | { readonly kind: 'time_from'; readonly path: string }
  | { readonly kind: 'no_time' }
  | { readonly kind: 'no_command' }

export interface NormalisedBody {
  readonly body: Members
  /** When the event happened, epoch milliseconds, where the body tells. */
  readonly eventAt?: number
  readonly drift: readonly Drift[]
}

/** What normalising needs to know of a command. */
export type BodyFacts = Pick<CommandFacts, 'command' | 'shape' | 'alsoNamed' | 'timeAt'>

interface Walk {
  readonly alsoNamed: Readonly<Record<string, string>>
  readonly drift: Drift[]
}

/** @param members the body as `parseKeepingDigits` gives it */
export function normaliseBody(facts: BodyFacts, members: Members): NormalisedBody {
  const walk: Walk = { alsoNamed: facts.alsoNamed ?? {}, drift: [] }
  const body = normaliseMembers(facts.shape, members, { walk, path: '' })
  if (!Object.hasOwn(body, 'CallbackCommand')) walk.drift.push({ kind: 'no_command' })
  const eventAt = timeOf(facts, body, walk)
  return {
    body: {
      ...body,
      // The canonical word also if the body has an alias.
      CallbackCommand: facts.command,
      ...(eventAt !== undefined && { EventTime: eventAt }),
    },
    ...(eventAt !== undefined && { eventAt }),
    drift: walk.drift,
  }
}

interface Place {
  readonly walk: Walk
  readonly path: string
}

function normaliseMembers(shapes: MemberShapes, members: Members, { walk, path }: Place): Members {
  const known = new Map(Object.keys(shapes).map((name) => [name.replace('?', ''), name]))
  const entries = Object.entries(members).map(([name, value]): [string, unknown] => {
    const meant = known.has(name) ? name : meantBy(name, { known, members, alsoNamed: walk.alsoNamed })
    if (meant === undefined) return [name, value]
    const place = `${path}/${name}`
    if (meant !== name) walk.drift.push({ kind: 'renamed', path: place, to: meant })
    return [meant, normaliseValue(shapes[known.get(meant) ?? meant] ?? 'any', value, { walk, path: place })]
  })
  // Like object literals and JSON.parse, and unlike assignment, this makes a member of its own out of any name.
  return Object.fromEntries(entries)
}

/** The member that was meant by a name that is not in the catalogue: another letter case or a published other name. */
function meantBy(
  name: string,
  from: {
    readonly known: ReadonlyMap<string, string>
    readonly members: Members
    readonly alsoNamed: Readonly<Record<string, string>>
  },
): string | undefined {
  const { known, members, alsoNamed } = from
  const lower = name.toLowerCase()
  const other = Object.hasOwn(alsoNamed, name) ? alsoNamed[name] : undefined
  const meant = [...known.keys()].find((each) => each.toLowerCase() === lower || each === other)
  // If the right name is there too, this is a member of its own.
  return meant === undefined || Object.hasOwn(members, meant) ? undefined : meant
}

function normaliseValue(shape: Shape, value: unknown, place: Place): unknown {
  const { walk, path } = place
  const retyped = (from: 'number' | 'string' | 'single', to: unknown): unknown => {
    walk.drift.push({ kind: 'retyped', path, from })
    return to
  }
  if (shape === 'string') {
    return typeof value === 'number' && Number.isSafeInteger(value) ? retyped('number', String(value)) : value
  }
  if (shape === 'integer') return isSafeDigits(value) ? retyped('string', Number(value)) : value
  if (typeof shape === 'string') return value
  if (isListShape(shape)) {
    if (Array.isArray(value)) {
      return value.map((each, index) => normaliseValue(shape[0], each, { walk, path: `${path}/${index}` }))
    }
    const isSingle = shape[0] === 'string' && typeof value === 'string'
    return isSingle ? retyped('single', [value]) : value
  }
  return isMembers(value) ? normaliseMembers(shape, value, place) : value
}

function isSafeDigits(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value))
}

/** Times before 1973 in milliseconds; what is smaller counts seconds. */
const secondsBelow = 100_000_000_000

function timeOf(facts: BodyFacts, body: Members, { drift }: Walk): number | undefined {
  const given = wholeNumber(body['EventTime'])
  if (given !== undefined) {
    if (given >= secondsBelow) return given
    drift.push({ kind: 'seconds', path: '/EventTime' })
    return given * 1000
  }
  const { timeAt } = facts
  const found = timeAt === undefined ? undefined : valuesAt(body, timeAt).map(wholeNumber).find(isFound)
  if (timeAt === undefined || found === undefined) {
    drift.push({ kind: 'no_time' })
    return undefined
  }
  drift.push({ kind: 'time_from', path: `/${timeAt.replaceAll('[]', '/0').replaceAll('.', '/')}` })
  return found < secondsBelow ? found * 1000 : found
}

function wholeNumber(value: unknown): number | undefined {
  const number = isSafeDigits(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined
}

function isFound(value: number | undefined): value is number {
  return value !== undefined
}
