// --set path=value and --unset path: change one member of a sample.

import { CliError } from '../io.ts'

/**
 * @param body is changed
 * @param assignment `RoomInfo.RoomId=r1`, `MsgBody.0.MsgContent.Text=hi`; the value is JSON where it is valid JSON, else text
 */
export function setMember(body: Record<string, unknown>, assignment: string): void {
  const at = assignment.indexOf('=')
  if (at < 1) throw new CliError('usage', `--set takes path=value, such as RoomInfo.RoomId=r1, not ${assignment}.`)
  const path = assignment.slice(0, at).split('.')
  const last = path.pop() ?? ''
  let place: Record<string, unknown> = body
  for (const name of path) {
    if (isForbidden(name)) throw new CliError('usage', `--set cannot go through ${name}.`)
    const next = place[name]
    const inner = isMember(next) ? next : {}
    place[name] = inner
    place = inner
  }
  if (isForbidden(last)) throw new CliError('usage', `--set cannot set ${last}.`)
  place[last] = parseValue(assignment.slice(at + 1))
}

/**
 * Takes one member out of a sample.
 * @param body is changed
 * @param text `RoomInfo.RoomId`, `MsgBody.0`
 * @throws CliError `usage` if there is no such member
 */
export function unsetMember(body: Record<string, unknown>, text: string): void {
  const path = text.split('.')
  const last = path.pop() ?? ''
  let place: unknown = body
  for (const name of path) place = isMember(place) && Object.hasOwn(place, name) ? place[name] : undefined
  if (!isMember(place) || !Object.hasOwn(place, last)) {
    throw new CliError('usage', `--unset: the sample has no member ${text}.`)
  }
  if (Array.isArray(place)) place.splice(Number(last), 1)
  else delete place[last]
}

function isMember(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Names that would reach the prototype instead of a member. */
function isForbidden(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype'
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
