// What a platform reads out of a reply, and the exit code that follows.

import { readReply } from '@livehook/protocol/node'
import { findCommand, readVerdict } from '@livehook/protocol/catalogue'
import type { DirectReply } from '../send/direct-request.ts'
import { CliError } from '../io.ts'

export interface Reading {
  /** `delivered` for an after command; `failed` for a reply that decides nothing or is none. */
  readonly outcome: 'delivered' | 'allow' | 'deny' | 'drop' | 'failed'
  readonly errorCode: number
  readonly errorInfo: string
  /** Why it failed. */
  readonly why: string | null
}

/** Pure. */
export function readDirectReply(command: string, { status, body }: Pick<DirectReply, 'status' | 'body'>): Reading {
  const failed = (why: string): Reading => ({ outcome: 'failed', errorCode: 0, errorInfo: '', why })
  if (status !== 200) return failed(`a platform counts every status but 200 as a failure, and this is ${status}`)
  const facts = findCommand(command)
  if (facts?.reply !== undefined) {
    const read = readVerdict(facts, body)
    if (read.kind === 'no_verdict') return failed(`it is no verdict (${read.reason})`)
    return { outcome: read.verdict, errorCode: read.errorCode, errorInfo: read.errorInfo, why: null }
  }
  const packet = readReply(body)
  if (packet.kind === 'unreadable') return failed(`it is not JSON (${packet.code})`)
  return { outcome: 'delivered', errorCode: 0, errorInfo: '', why: null }
}

export function readingText({ outcome, errorCode, errorInfo, why }: Reading): string {
  if (outcome === 'failed') return `failed: ${why ?? ''}`
  if (outcome !== 'deny') return outcome
  return `deny ${errorCode}${errorInfo === '' ? '' : ` ${JSON.stringify(errorInfo)}`}`
}

/** @throws CliError `invalidReply`, or `denied` if the app said no */
export function endByReadings(readings: readonly Reading[]): void {
  const failed = readings.find(({ outcome }) => outcome === 'failed')
  if (failed !== undefined) throw new CliError('invalidReply', `The reply is no good: ${failed.why ?? ''}.`)
  const no = readings.find(({ outcome }) => outcome === 'deny' || outcome === 'drop')
  if (no !== undefined) throw new CliError('denied', `The event was ${no.outcome === 'deny' ? 'denied' : 'dropped'}.`)
}
