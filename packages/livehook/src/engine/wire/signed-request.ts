// The request of one attempt: parameters, Sign and RequestTime, headers. Made at the last moment (I5).

import { findCommand } from '@livehook/protocol/catalogue'
import type { CommandFacts } from '@livehook/protocol/catalogue'
import { isOptPlatform, makeSign, makeSignature, maskSign, requestTarget } from '@livehook/protocol/node'
import type { PreparedUrl } from '@livehook/protocol/node'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { PreparedRequest } from '../../egress/port.ts'

/** What is said of an event on the wire. */
export interface EventToSend {
  readonly eventId: string
  readonly command: string
  readonly clientIp: string
  readonly optPlatform: string
  readonly body: Uint8Array
  readonly traceparent?: string | undefined
}

export interface RequestParts {
  readonly version: string
  readonly event: EventToSend
  /** The first token makes Sign, all of them make the `webhook-signature`. */
  readonly webhook: Pick<Webhook, 'tokens' | 'headers'>
  readonly preparedUrl: PreparedUrl
  /** The command, if it is one of the app's own. */
  readonly custom?: Pick<CommandFacts, 'carries'> | undefined
  /** Attempts are counted from 1. */
  readonly number: number
  /** Epoch milliseconds at which the request is signed. */
  readonly signedAt: number
}

/** Makes the request line and the headers of one attempt. */
export function signedRequest(parts: RequestParts): PreparedRequest {
  const { event, preparedUrl } = parts
  const requestTime = String(Math.floor(parts.signedAt / 1000))
  // A command that no one knows any more carries both.
  const carries = (findCommand(event.command) ?? parts.custom)?.carries
  const parameters = {
    command: event.command,
    ...(carries !== undefined && { carries }),
    clientIp: event.clientIp,
    // Checked at the intake; what an older version kept may be a word that is gone by now.
    optPlatform: isOptPlatform(event.optPlatform) ? event.optPlatform : 'Unknown',
  }
  const token = parts.webhook.tokens[0]
  const target = requestTarget(
    preparedUrl,
    token === undefined ? parameters : { ...parameters, sign: signOf(token, requestTime), requestTime },
  )
  return new SignedRequest(target, requestHeaders(parts, requestTime), token !== undefined)
}

/**
 * A class, for its getter: an object with a getter of its own costs V8 a hidden class each, which lives until the next full
 * collection and takes along what it refers to. Measured at 1 000 asks a second: 1 kB each, and collections four times as long.
 */
class SignedRequest implements PreparedRequest {
  readonly target: string
  readonly headers: Readonly<Record<string, string>>

  readonly #isSigned: boolean

  constructor(target: string, headers: Readonly<Record<string, string>>, isSigned: boolean) {
    this.target = target
    this.headers = headers
    this.#isSigned = isSigned
  }

  /** Only what failed asks for it. */
  get maskedTarget(): string {
    return this.#isSigned ? maskSign(this.target) : this.target
  }
}

/** Signs of the second that is running: a token's is the same in all requests of that second. */
const signs = { of: '', byToken: new Map<string, string>() }

function signOf(token: string, requestTime: string): string {
  if (signs.of !== requestTime) {
    signs.of = requestTime
    signs.byToken.clear()
  }
  let sign = signs.byToken.get(token)
  if (sign === undefined) signs.byToken.set(token, (sign = makeSign(token, requestTime)))
  return sign
}

/** Names are the same in any letter case (RFC 9110, 5.1); the wire has them in lower case, where none hides beside one of ours. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {}
  for (const name in headers) lower[name.toLowerCase()] = headers[name] ?? ''
  return lower
}

function requestHeaders(
  { version, event, webhook, number }: RequestParts,
  requestTime: string,
): Record<string, string> {
  const headers: Record<string, string> = {
    // The app's own headers come first, so that none of them can replace one of ours.
    ...inLowerCase(webhook.headers),
    'content-type': 'application/json',
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': `livehook/${version}`,
    'webhook-id': event.eventId,
    'webhook-timestamp': requestTime,
    'livehook-attempt': String(number),
  }
  if (webhook.tokens.length > 0) {
    headers['webhook-signature'] = makeSignature({
      tokens: webhook.tokens,
      id: event.eventId,
      timestampSeconds: Number(requestTime),
      body: event.body,
    })
  }
  if (event.traceparent !== undefined) headers['traceparent'] = event.traceparent
  return headers
}
