// The request of a webhook as it would leave right now, for a person who wants to send it by hand: made from a sample, signed by
// the function that signs deliveries. Nothing is sent, and nothing is kept.

import type { CustomCommand } from '@livehook/protocol/catalogue'
import { assert } from '../../domain/assert.ts'
import type { PreparedRequest } from '../../egress/port.ts'
import { sampleEvent } from '../wire/sample-event.ts'
import { signedRequest } from '../wire/signed-request.ts'
import type { RegisteredWebhook } from '../kept/webhook-registry.ts'

export interface SampleRequest {
  readonly command: string
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The bytes that the signature covers, as text. */
  readonly body: string
  /** The same as one line for a shell. */
  readonly curl: string
}

export interface SampleRequestParts {
  readonly registered: RegisteredWebhook
  /** One that the webhook is subscribed to if it is left out. */
  readonly command: string | undefined
  readonly customs: readonly CustomCommand[]
  /** Epoch milliseconds. */
  readonly now: number
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly chance: number
  readonly version: string
}

/** An address that documentation may use (RFC 5737). */
const exampleClientIp = '203.0.113.9'

/** @throws ServiceError `unknown_command` for a word that is no command, or none that is ever sent */
export function makeSampleRequest(parts: SampleRequestParts): SampleRequest {
  const { registered, customs, now, version } = parts
  const { webhook, preparedUrl } = registered
  const sample = sampleEvent({ command: parts.command, subscribed: webhook.commands, customs, at: now })
  const body = visible(new TextDecoder().decode(sample.body))
  const { command } = sample
  const eventId = `evt_sample${Math.floor(parts.chance * 2 ** 50).toString(36)}`
  const { target, headers } = signedRequest({
    version,
    event: { eventId, command, clientIp: exampleClientIp, optPlatform: 'RESTAPI', body: Buffer.from(body) },
    webhook,
    preparedUrl,
    custom: customs.find((each) => each.command === command),
    number: 1,
    signedAt: now,
  })
  const url = wholeUrl(webhook.url, target)
  return { command, method: 'POST', url, headers: { ...headers }, body, curl: curlLine({ url, headers, body }) }
}

/** What cannot be seen, or turns the direction of writing, is written as JSON writes it: this is to be pasted into a terminal. */
function visible(json: string): string {
  return json.replace(/[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => String.raw`\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}

/** The request line's target behind the scheme and the host as they were registered. */
function wholeUrl(registered: string, target: string): string {
  const origin = /^https?:\/\/[^/?]+/i.exec(registered)?.[0]
  assert(origin !== undefined, 'A URL that was registered begins with a scheme and a host.')
  return `${origin}${target}`
}

function curlLine({
  url,
  headers,
  body,
}: Pick<SampleRequest, 'url' | 'body'> & Pick<PreparedRequest, 'headers'>): string {
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  // Nothing of the URL is a pattern, and its path goes as it stands.
  return ['curl -sS -i --globoff --path-as-is -X POST', ...lines, `--data-binary ${quoted(body)}`, quoted(url)].join(
    ' ',
  )
}

/** In single quotes a POSIX shell reads nothing but their end. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
