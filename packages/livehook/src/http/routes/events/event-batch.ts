// A batch of events as NDJSON: one object a line, whose `body` member is cut out as bytes, so that it leaves as it came. Lines,
// their length and their members are bounded before they are read, and they are read in slices (engine/intake/turns.ts).

import { decodeJsonString, scanJson } from '@livehook/protocol/node'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { Turns } from '../../../engine/intake/turns.ts'

export interface BatchLine {
  /** From 1, blank lines counted. */
  readonly number: number
  readonly command: string
  readonly body: Uint8Array
  readonly clientIp?: string
  readonly optPlatform?: string
  readonly idempotencyKey?: string
  readonly decisionId?: string
}

const maxLines = 1000
/** A body of 256 KiB, and what stands beside it. */
const maxLineBytes = 262_144 + 8192
const newline = 0x0a
const textMembers = ['command', 'clientIp', 'optPlatform', 'idempotencyKey', 'decisionId'] as const
const memberNames = [...textMembers, 'body'] as const

/**
 * How many events a batch is charged for, told from its lines and bytes alone: one a line, and at least one for each 256 KiB. It
 * is not read for this, nor counted beyond what it may have.
 */
export function batchCharge(bytes: Uint8Array): number {
  return Math.max(1, Math.min(countLines(bytes), maxLines), Math.ceil(bytes.length / 262_144))
}

/** Blank lines too, the end behind the last newline not; stops counting at one too many. */
function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let start = 0; start < bytes.length && lines <= maxLines; lines += 1) {
    const found = bytes.indexOf(newline, start)
    start = found < 0 ? bytes.length : found + 1
  }
  return lines
}

/**
 * Reads the lines of a batch. Blank lines are passed over.
 * @throws ServiceError naming the line, counted from 1
 */
export async function parseBatch(bytes: Uint8Array, turns: Turns): Promise<readonly BatchLine[]> {
  if (countLines(bytes) > maxLines) {
    const detail = `A batch has at most ${maxLines} lines, blank ones counted; nothing of it was kept.`
    throw new ServiceError('too_large', detail)
  }
  const lines: BatchLine[] = []
  let start = 0
  for (let number = 1; start < bytes.length; number += 1) {
    const found = bytes.indexOf(newline, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    start = end + 1
    if (line.length > maxLineBytes) {
      const detail = `Line ${number} has ${line.length} bytes; at most ${maxLineBytes} are read, 262144 of them the body's. Nothing of the batch was kept.`
      throw new ServiceError('too_large', detail)
    }
    const wait = turns.take(line.length)
    if (wait !== undefined) await wait
    const read = parseLine(line, number)
    if (read !== undefined) lines.push(read)
  }
  if (lines.length === 0) throw new ServiceError('invalid_json', 'The batch is empty: send one JSON object a line.')
  return lines
}

/** @returns `undefined` for a blank line */
function parseLine(line: Uint8Array, number: number): BatchLine | undefined {
  const scan = scanJson(line, { maxMembers: memberNames.length })
  if (scan.kind === 'invalid') {
    if (scan.code === 'empty_body') return undefined
    if (scan.code === 'too_many_members') throw wrongMember(number, `has more than ${memberNames.length} members`)
    const code = scan.code === 'invalid_utf8' ? scan.code : 'invalid_json'
    throw new ServiceError(
      code,
      `Line ${number} is not valid JSON at byte ${scan.offset}; nothing of the batch was kept.`,
    )
  }
  if (scan.kind !== 'object') {
    throw new ServiceError('not_an_object', `Line ${number} is not a JSON object; nothing of the batch was kept.`)
  }
  const texts: Partial<Record<(typeof textMembers)[number], string>> = {}
  let body: Uint8Array | undefined
  for (const { name: given, valueKind, valueStart, valueEnd } of scan.members) {
    const name = memberNames.find((each) => each === given)
    if (name === undefined) throw wrongMember(number, `has a member ${JSON.stringify(given.slice(0, 128))}`)
    if ((name === 'body' ? body : texts[name]) !== undefined) {
      throw new ServiceError('duplicate_key', `Line ${number} has ${name} twice; nothing of the batch was kept.`)
    }
    if (name === 'body') body = line.subarray(valueStart, valueEnd)
    else if (valueKind === 'string') texts[name] = decodeJsonString(line, valueStart, valueEnd)
    else throw wrongMember(number, `has a ${name} that is not a text`)
  }
  const { command } = texts
  if (command === undefined || body === undefined) {
    throw new ServiceError(
      'invalid_request',
      `Line ${number} needs both "command" and "body"; nothing of the batch was kept.`,
    )
  }
  return { ...texts, number, command, body }
}

function wrongMember(number: number, what: string): ServiceError {
  const detail = `Line ${number} ${what}; a line has command, body, clientIp, optPlatform, idempotencyKey and decisionId.`
  return new ServiceError('invalid_request', detail)
}
