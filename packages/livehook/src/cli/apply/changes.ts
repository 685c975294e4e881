// Which members of a thing differ from what they are to be. Pure.

import { isDeepStrictEqual } from 'node:util'

export interface MemberChange {
  readonly member: string
  /** Absent if there was nothing. */
  readonly from?: unknown
  /** Absent if there is nothing afterwards. */
  readonly to?: unknown
}

/** @param sides `both`: a member that only stands in `before` counts too */
export function changesBetween(
  before: object,
  after: object,
  sides: 'after' | 'both' = 'after',
): readonly MemberChange[] {
  const [old, next] = [
    new Map<string, unknown>(Object.entries(before)),
    new Map<string, unknown>(Object.entries(after)),
  ]
  const members = sides === 'both' ? new Set([...next.keys(), ...old.keys()]) : new Set(next.keys())
  return [...members]
    .filter((member) => next.get(member) !== undefined || sides === 'both')
    .filter((member) => !isDeepStrictEqual(old.get(member), next.get(member)))
    .map((member) => ({
      member,
      ...(old.get(member) === undefined ? {} : { from: old.get(member) }),
      ...(next.get(member) === undefined ? {} : { to: next.get(member) }),
    }))
}

/** Of some members those that change. */
export function changedOf<Members extends object>(
  members: Members,
  changes: readonly MemberChange[],
): Partial<Members> {
  const names = new Set(changes.map(({ member }) => member))
  const left: Partial<Members> = { ...members }
  for (const name of typedKeys(left)) if (!names.has(String(name))) delete left[name]
  return left
}

function typedKeys<Members extends object>(members: Members): readonly (keyof Members)[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of an object are the keys of its type
  return Object.keys(members) as (keyof Members)[]
}
