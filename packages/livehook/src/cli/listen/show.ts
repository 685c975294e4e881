// What `livehook listen` prints: a request with its checks, and the totals at the end.

import { readReply } from '@livehook/protocol/node'
import { findCommand, readVerdict } from '@livehook/protocol/catalogue'
import type { Paint } from '../terminal/paint.ts'
import { tableOf } from '../terminal/table.ts'
import { catalogueWord } from './arrived.ts'
import type { Checked } from './arrived.ts'
import type { Exchanged, GivenReply } from './exchange.ts'
import type { Totals } from './totals.ts'

/** One request as lines: what it was and what was answered, then the checks. */
export function requestLines(exchanged: Exchanged, isRepeated: boolean, paint: Paint): readonly string[] {
  const { arrived, checked, reply } = exchanged
  const clock = paint('dim', new Date(arrived.at).toTimeString().slice(0, 8))
  const { command, eventId, attempt } = checked
  const facts = [
    `${arrived.body.length} bytes`,
    ...(eventId === undefined ? [] : [eventId]),
    ...(attempt === undefined || attempt === 1 ? [] : [`attempt ${attempt}`]),
  ]
  const what = `${command ?? `${arrived.method} without a command`} → ${replyText(checked, reply)}`
  return [
    `${clock}  ${resultText(checked, isRepeated, paint)}  ${what}  ${paint('dim', facts.join('  '))}`,
    ...checkLines(checked, paint),
  ]
}

function resultText({ result }: Checked, isRepeated: boolean, paint: Paint): string {
  if (isRepeated) return paint('yellow', 'repeated ')
  if (result === 'verified') return paint('green', 'verified ')
  return result === 'refused' ? paint('red', 'refused  ') : paint('yellow', 'unchecked')
}

function replyText({ command }: Checked, reply: GivenReply): string {
  const by = reply.by === 'forward' ? ' (forwarded)' : ''
  if (reply.trouble !== undefined) return `${reply.status}: ${reply.trouble}`
  return `${reply.status} ${packetText(command, reply.body)}${by}`
}

/** What a platform reads out of the answer. */
function packetText(command: string | undefined, body: Uint8Array): string {
  const facts = command === undefined ? undefined : findCommand(catalogueWord(command))
  if (facts?.reply !== undefined) {
    const read = readVerdict(facts, body)
    if (read.kind === 'no_verdict') return `no verdict (${read.reason})`
    return read.verdict === 'deny' ? `deny ${read.errorCode}` : read.verdict
  }
  const packet = readReply(body)
  if (packet.kind === 'unreadable') return `no JSON (${packet.code})`
  if (packet.kind === 'packet' && packet.errorCode !== 0) return `ErrorCode ${packet.errorCode}`
  return 'OK'
}

function checkLines({ checks, refusal, says }: Checked, paint: Paint): readonly string[] {
  const names = (result: string): string =>
    checks
      .filter((step) => step.result === result)
      .map(({ check }) => check)
      .join(' · ')
  const indent = ' '.repeat(10)
  if (refusal === undefined) {
    const skipped = names('skipped')
    return [indent + paint('dim', `checked ${names('passed')}${skipped === '' ? '' : `; not ${skipped}`}`)]
  }
  const passed = names('passed')
  return [
    ...(passed === '' ? [] : [indent + paint('dim', `passed  ${passed}`)]),
    ...says.map((sentence) => indent + sentence),
  ]
}

/** One request as an object. */
export function requestObject({ arrived, checked, reply }: Exchanged, repeated: boolean): object {
  const { result, checks, refusal, says, sdkAppId, command, eventId, attempt } = checked
  return {
    kind: 'request',
    at: new Date(arrived.at).toISOString(),
    result,
    sdkAppId: sdkAppId ?? null,
    command: command ?? null,
    eventId: eventId ?? null,
    attempt: attempt ?? null,
    repeated,
    bodyBytes: arrived.body.length,
    checks,
    reason: refusal?.reason ?? null,
    says,
    reply: { status: reply.status, by: reply.by, body: new TextDecoder().decode(reply.body) },
  }
}

export function totalsLines(totals: Totals): readonly string[] {
  const { requests, verified, unchecked, refused, repeated, commands, refusedBy } = totals
  const counted = [
    `${verified} verified`,
    ...(unchecked > 0 ? [`${unchecked} unchecked`] : []),
    `${refused} refused`,
    `${repeated} repeated`,
  ]
  const rows = Object.entries(commands).map(([command, count]) => [command, String(count)])
  const reasons = Object.entries(refusedBy).map(([reason, count]) => [reason, String(count)])
  return [
    '',
    `${requests} request${requests === 1 ? '' : 's'}: ${counted.join(', ')}`,
    ...(rows.length === 0 ? [] : ['', ...tableOf([['COMMAND', 'EVENTS'], ...rows])]),
    ...(reasons.length === 0 ? [] : ['', ...tableOf([['REFUSED', 'REQUESTS'], ...reasons])]),
  ]
}
