// The shape of a value: what a command's facts say about its members.

import { isMembers } from '../json/value.ts'

/**
 * What a value looks like: a word for a plain value, a list of one shape, or members by name (`Name?` may be absent).
 * `object` is an object of whose members nothing is known, `any` is not looked at.
 */
export type Shape = 'string' | 'integer' | 'boolean' | 'object' | 'any' | readonly [Shape] | MemberShapes
export interface MemberShapes {
  readonly [member: string]: Shape
}

export function isListShape(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}

/** Says whether a value has a shape, its required members included; members that are not in the shape do no harm. */
export function fits(shape: Shape, value: unknown): boolean {
  if (isListShape(shape)) return Array.isArray(value) && value.every((each) => fits(shape[0], each))
  switch (shape) {
    case 'any':
      return true
    case 'string':
    case 'boolean':
      return typeof value === shape
    case 'integer':
      return Number.isInteger(value)
    case 'object':
      return isMembers(value)
    default:
      return (
        isMembers(value) &&
        Object.entries(shape).every(([key, inner]) => {
          const name = key.replace('?', '')
          return Object.hasOwn(value, name) ? fits(inner, value[name]) : name !== key
        })
      )
  }
}

/** A shape as a type is written: `{ MsgType, MsgContent }[]`. */
export function notationOf(shape: Shape): string {
  if (isListShape(shape)) return `${notationOf(shape[0])}[]`
  return typeof shape === 'string' ? shape : `{ ${Object.keys(shape).join(', ')} }`
}
