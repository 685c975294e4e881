// trigger --to <url>: the event signed and sent from here, without a service; request and reply are shown.

import { completeBody, maskSign } from '@livehook/protocol/node'
import { randomBytes } from 'node:crypto'
import type { DirectEvent, DirectReply, DirectRequest } from '../send/direct-request.ts'
import { makeDirectRequest, sendDirectRequest } from '../send/direct-request.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import type { TriggerOptions } from '../input/options.ts'
import { runPaced } from '../send/pace.ts'
import type { Pace } from '../send/pace.ts'
import type { Paint } from '../terminal/paint.ts'
import { paintFor } from '../terminal/paint.ts'
import { readToken } from '../input/token.ts'
import { readSdkAppId, readUnixSeconds } from '../input/whole-number.ts'
import type { Reading } from './reading.ts'
import { endByReadings, readDirectReply, readingText } from './reading.ts'
import type { TamperName } from './tamper.ts'
import { checkTamper, cutBody, tamperings } from './tamper.ts'

export interface DirectTrigger {
  readonly command: string
  readonly url: string
  readonly body: Uint8Array
  readonly options: TriggerOptions
  readonly pace: Pace
  readonly io: CliIo
}

interface Sent {
  readonly request: DirectRequest
  readonly reply: DirectReply
  readonly reading: Reading
}

export async function triggerDirectly(work: DirectTrigger): Promise<void> {
  const { options, io, command, pace } = work
  const token = await readToken(options.tokenFile, io)
  if (options.tamper !== undefined) checkTamper(options.tamper, token !== undefined)
  const paint = paintFor(io.stdout, io.environment)
  const send = async (request: DirectRequest): Promise<Sent> => {
    const reply = await sendDirectRequest(request, io.stop)
    const one = { request, reply, reading: readDirectReply(command, reply) }
    if (options.json === true) line(io.stdout, JSON.stringify(objectOf(one)))
    else if (pace.times === 1) for (const text of linesOf(one, paint)) line(io.stdout, text)
    return one
  }
  if (options.tamper !== undefined && tamperings[options.tamper].expects === 'refusal') {
    // A wrong path refuses everything: only a receiver that takes the good request can refuse the tampered one.
    line(io.stderr, 'First the request as it should be, then the same tampered with.')
    for (const request of requestsOf(work, { token, tamper: undefined })) {
      const { reading } = await send(request)
      if (reading.outcome === 'failed') throw cannotTell(`it did not take the good request: ${reading.why ?? ''}`)
    }
  }
  const sent = await runPaced(pace, async () => {
    const each: Sent[] = []
    for (const request of requestsOf(work, { token, tamper: options.tamper })) each.push(await send(request))
    return each
  })
  const all = sent.flat()
  if (pace.times > 1 && options.json !== true) for (const text of summaryOf(all)) line(io.stdout, text)
  if (options.tamper === undefined) endByReadings(all.map(({ reading }) => reading))
  else endByManners(options.tamper, { sent: all, io })
}

function requestsOf(
  { command, url, body, options, io }: DirectTrigger,
  { token, tamper }: { readonly token: string | undefined; readonly tamper: TamperName | undefined },
): DirectRequest[] {
  const at = options.at === undefined ? Date.now() : Number(readUnixSeconds(options.at)) * 1000
  const completed = completeBody(Buffer.from(body), { command, eventTime: at })
  const event: DirectEvent = {
    url,
    command,
    sdkAppId: readSdkAppId(options.sdkAppId),
    // Bytes that are no good body go out as they are: to see what a receiver makes of them is what one came for.
    body: completed.kind === 'complete' ? completed.bytes : body,
    id: `evt_${randomBytes(8).toString('hex')}`,
    attempt: 1,
    token,
    at,
    clientIp: options.clientIp,
    platform: options.platform,
    version: io.version,
  }
  const events = tamper === undefined ? [event] : tamperings[tamper].events(event)
  return events.map((each) => {
    const request = makeDirectRequest(each)
    return { ...request, body: cutBody(tamper, request.body) }
  })
}

/** @throws CliError `invalidReply` if the receiver did not do what it must, `verificationFailed` if that cannot be told */
function endByManners(name: TamperName, { sent, io }: { readonly sent: readonly Sent[]; readonly io: CliIo }): void {
  const { says, expects } = tamperings[name]
  const statuses = sent.map(({ reply }) => reply.status)
  if (expects === 'refusal') {
    if (statuses.includes(200)) {
      throw new CliError('invalidReply', `The receiver took a request that ${says}. It must answer 401.`)
    }
    const other = statuses.find((status) => status !== 401 && status !== 403)
    if (other !== undefined) {
      throw cannotTell(`it answered ${other} to a request that ${says}, and only 401 or 403 is a refusal`)
    }
    line(io.stderr, `The receiver took the good request and, as it must, refused one that ${says}.`)
    return
  }
  const [first, again] = sent
  if (first === undefined || again === undefined) throw cannotTell('it was stopped before the event went out twice')
  if (first.reading.outcome === 'failed') {
    throw cannotTell(`it did not take the event at the first time: ${first.reading.why ?? ''}`)
  }
  if (again.reply.status !== 200 || !Buffer.from(first.reply.body).equals(again.reply.body)) {
    throw new CliError(
      'invalidReply',
      'The event came twice and was not answered alike: a retry needs 200 and the same reply.',
    )
  }
  line(io.stderr, 'As it must, the receiver answered the same event alike, twice.')
}

function cannotTell(reason: string): CliError {
  return new CliError('verificationFailed', `Cannot tell whether the receiver does what it must: ${reason}.`)
}

function linesOf({ request, reply, reading }: Sent, paint: Paint): readonly string[] {
  const indented = (headers: Readonly<Record<string, string>>): string[] =>
    Object.entries(headers).map(([name, value]) => paint('dim', `  ${name}: ${value}`))
  return [
    `${paint('bold', 'POST')} ${maskSign(request.url)}`,
    ...indented(maskedHeaders(request.headers)),
    `  ${textOf(request.body)}`,
    '',
    `${paint('bold', String(reply.status))} in ${reply.durationMs} ms`,
    ...indented(reply.headers),
    `  ${textOf(reply.body)}`,
    '',
    paint(reading.why === null && reading.outcome !== 'deny' ? 'green' : 'red', readingText(reading)),
  ]
}

function objectOf({ request, reply, reading }: Sent): object {
  return {
    request: { url: maskSign(request.url), headers: maskedHeaders(request.headers), body: textOf(request.body) },
    reply: { status: reply.status, headers: reply.headers, body: textOf(reply.body), durationMs: reply.durationMs },
    ...reading,
  }
}

function maskedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return 'webhook-signature' in headers ? { ...headers, 'webhook-signature': 'v1,***' } : headers
}

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body)
}

function summaryOf(sent: readonly Sent[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { reading } of sent) counts.set(readingText(reading), (counts.get(readingText(reading)) ?? 0) + 1)
  const durations = sent.map(({ reply }) => reply.durationMs).toSorted((left, right) => left - right)
  const at = (part: number): number =>
    durations[Math.min(durations.length - 1, Math.floor(durations.length * part))] ?? 0
  return [
    `${sent.length} sent: ${[...counts].map(([text, count]) => `${count} ${text}`).join(', ')}`,
    `half of them within ${at(0.5)} ms, 95 % within ${at(0.95)} ms, the slowest ${at(1)} ms`,
  ]
}
