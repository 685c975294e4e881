// A batch of events as NDJSON: one object a line, whose `body` member is cut out as bytes, so that it leaves as it came.

import { decodeJsonString, scanJson } from '@livehook/protocol/node'
import { ServiceError } from '../../../domain/errors/service-error.ts'

export interface BatchLine {
  readonly command: string
  readonly body: Uint8Array
  readonly clientIp?: string
  readonly optPlatform?: string
  readonly idempotencyKey?: string
  readonly decisionId?: string
}

const maxLines = 1000
const newline = 0x0a
const textMembers = ['command', 'clientIp', 'optPlatform', 'idempotencyKey', 'decisionId'] as const

/**
 * Reads the lines of a batch. Empty lines are passed over.
 * @throws ServiceError naming the line, counted from 1
 */
export function parseBatch(bytes: Uint8Array): readonly BatchLine[] {
  const lines: BatchLine[] = []
  let start = 0
  let number = 0
  while (start < bytes.length) {
    const found = bytes.indexOf(newline, start)
    const end = found < 0 ? bytes.length : found
    number += 1
    const line = bytes.subarray(start, end)
    start = end + 1
    if (line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) continue
    lines.push(parseLine(line, number))
    if (lines.length > maxLines) {
      throw new ServiceError('too_large', `A batch has at most ${maxLines} lines; nothing of it was kept.`)
    }
  }
  if (lines.length === 0) throw new ServiceError('invalid_json', 'The batch is empty: send one JSON object a line.')
  return lines
}

function parseLine(line: Uint8Array, number: number): BatchLine {
  const scan = scanJson(line)
  if (scan.kind === 'invalid') {
    const code = scan.code === 'invalid_utf8' || scan.code === 'too_deep' ? scan.code : 'invalid_json'
    throw new ServiceError(
      code,
      `Line ${number} is no valid JSON at byte ${scan.offset}; nothing of the batch was kept.`,
    )
  }
  if (scan.kind !== 'object') {
    throw new ServiceError('not_an_object', `Line ${number} is not a JSON object; nothing of the batch was kept.`)
  }
  const texts: Partial<Record<(typeof textMembers)[number], string>> = {}
  let body: Uint8Array | undefined
  for (const member of scan.members) {
    const { valueKind, valueStart, valueEnd } = member
    if (member.name === 'body') {
      body = line.subarray(valueStart, valueEnd)
      continue
    }
    const name = textMembers.find((each) => each === member.name)
    if (name === undefined || valueKind !== 'string') {
      const what = name === undefined ? `has a member ${JSON.stringify(member.name)}` : `has a ${name} that is no text`
      throw new ServiceError(
        'invalid_request',
        `Line ${number} ${what}; a line has command, body, clientIp, optPlatform, idempotencyKey and decisionId.`,
      )
    }
    texts[name] = decodeJsonString(line, valueStart, valueEnd)
  }
  const { command } = texts
  if (command === undefined || body === undefined) {
    throw new ServiceError(
      'invalid_request',
      `Line ${number} needs both "command" and "body"; nothing of the batch was kept.`,
    )
  }
  return { ...texts, command, body }
}
