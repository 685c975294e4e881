// What a change changed, from what was before and what is after. Pure.

type Facts = Readonly<Record<string, unknown>> | null

export interface FactsDifference {
  /** The name of a member. */
  readonly pointer: string
  /** JSON; absent if it was not there. */
  readonly from?: string
  readonly to?: string
}

/** Members that differ, in the order in which they stand; all of them if there was nothing before, or is nothing after. */
export function factsDifference(before: Facts, after: Facts): readonly FactsDifference[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...names].flatMap((pointer) => {
    const from = jsonOf(before?.[pointer])
    const to = jsonOf(after?.[pointer])
    if (from === to) return []
    return [{ pointer, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }]
  })
}

/** `JSON.stringify` has no text for what is not there, whatever its type says. */
function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
