// What a verdict's replacement changed, as a list of differences: enough to see later what became of a message, without
// keeping it twice. Pure.

export interface MemberDifference {
  /** JSON pointer into the event. */
  readonly pointer: string
  /** JSON of what stood there; missing if nothing did, or where values are not kept. */
  readonly from?: string
  /** JSON of what stands there now; missing if nothing does, or where values are not kept. */
  readonly to?: string
}

export interface MemberDifferences {
  readonly list: readonly MemberDifference[]
  /** There are more than are kept. */
  readonly isCut: boolean
}

const maxDifferences = 64
const maxValueCharacters = 1024

/**
 * Compares an event with what replaces parts of it.
 * @param event the event's body, parsed
 * @param replace new values by the names of top-level members
 * @param keepValues whether what was written is kept, or only if it was
 */
export function differencesOf(
  event: unknown,
  replace: Readonly<Record<string, unknown>>,
  keepValues: boolean,
): MemberDifferences {
  const list: MemberDifference[] = []
  for (const [name, value] of Object.entries(replace)) {
    compare(membersOf(event)?.[name], value, { pointer: `/${escape(name)}`, list })
  }
  const kept = list.slice(0, maxDifferences)
  return {
    list: keepValues ? kept : kept.map(({ pointer }) => ({ pointer })),
    isCut: list.length > maxDifferences,
  }
}

interface Place {
  readonly pointer: string
  readonly list: MemberDifference[]
}

function compare(from: unknown, to: unknown, { pointer, list }: Place): void {
  // One more than is kept says that there are more.
  if (list.length > maxDifferences) return
  const [before, after] = [partsOf(from), partsOf(to)]
  if (before !== undefined && after !== undefined && before.kind === after.kind) {
    for (const name of new Set([...Object.keys(before.parts), ...Object.keys(after.parts)])) {
      compare(ownOf(before.parts, name), ownOf(after.parts, name), { pointer: `${pointer}/${escape(name)}`, list })
    }
    return
  }
  const [old, now] = [textOf(from), textOf(to)]
  if (old === now) return
  list.push({ pointer, ...(old !== undefined && { from: old }), ...(now !== undefined && { to: now }) })
}

type Members = Readonly<Record<string, unknown>>

function partsOf(value: unknown): { readonly kind: 'list' | 'object'; readonly parts: Members } | undefined {
  if (Array.isArray(value)) return { kind: 'list', parts: Object.fromEntries(value.entries()) }
  const parts = membersOf(value)
  return parts === undefined ? undefined : { kind: 'object', parts }
}

function membersOf(value: unknown): Members | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? Object.fromEntries(Object.entries(value)) : undefined
}

function ownOf(parts: Members, name: string): unknown {
  return Object.hasOwn(parts, name) ? parts[name] : undefined
}

function textOf(value: unknown): string | undefined {
  const text: string | undefined = value === undefined ? undefined : JSON.stringify(value)
  return text === undefined || text.length <= maxValueCharacters ? text : `${text.slice(0, maxValueCharacters)}…`
}

/** RFC 6901. */
function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
