// A request as the service would send it, made and sent from here: `trigger --to` and `send --direct`.

import { isOptPlatform, joinUrl, makeSign, makeSignature, optPlatforms } from '@livehook/protocol/node'
import type { OptPlatform } from '@livehook/protocol/node'
import { findCommand } from '@livehook/protocol/catalogue'
import { codeOf, messageOf } from '../../domain/diagnosis/error-facts.ts'
import { CliError, stopped } from '../io.ts'

export interface DirectEvent {
  /** As a webhook would have it. */
  readonly url: string
  readonly command: string
  readonly sdkAppId: number
  readonly body: Uint8Array
  /** `webhook-id`. */
  readonly id: string
  readonly attempt: number
  /** None: unsigned. */
  readonly token: string | undefined
  /** When it is signed, epoch milliseconds. */
  readonly at: number
  readonly clientIp?: string | undefined
  readonly platform?: string | undefined
  readonly version: string
}

export interface DirectRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface DirectReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly durationMs: number
}

/** @throws CliError `usage` for a URL that cannot carry our parameters, or a platform that does not exist */
export function makeDirectRequest(event: DirectEvent): DirectRequest {
  const { token, body, id } = event
  const requestTime = String(Math.floor(event.at / 1000))
  const signed = token === undefined ? {} : { sign: makeSign(token, requestTime), requestTime }
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': `livehook/${event.version}`,
    'webhook-id': id,
    'webhook-timestamp': requestTime,
    'livehook-attempt': String(event.attempt),
  }
  if (token !== undefined) {
    headers['webhook-signature'] = makeSignature({ tokens: [token], id, timestampSeconds: Number(requestTime), body })
  }
  return { url: urlOf(event, signed), headers, body }
}

function urlOf(event: DirectEvent, signed: { readonly sign?: string; readonly requestTime?: string }): string {
  const { command, sdkAppId, clientIp = '127.0.0.1' } = event
  const carries = findCommand(command)?.carries
  try {
    return joinUrl(event.url, {
      sdkAppId,
      spelling: 'webhook',
      contentType: true,
      command,
      clientIp,
      optPlatform: platformOf(event.platform),
      ...(carries === undefined ? {} : { carries }),
      ...signed,
    })
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError('usage', `${event.url} cannot be called: ${messageOf(error)}`)
  }
}

function platformOf(platform = 'RESTAPI'): OptPlatform {
  if (isOptPlatform(platform)) return platform
  throw new CliError('usage', `--platform must be one of ${optPlatforms.join(', ')}.`)
}

/** @throws CliError `unreachable` if there is no reply; the person's signal ends it too */
export async function sendDirectRequest(request: DirectRequest, stop: AbortSignal): Promise<DirectReply> {
  const { url, headers } = request
  const startedAt = performance.now()
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: new Uint8Array(request.body),
      redirect: 'manual',
      signal: stop,
    })
    const body = new Uint8Array(await response.arrayBuffer())
    const durationMs = Math.round(performance.now() - startedAt)
    return { status: response.status, headers: Object.fromEntries(response.headers), body, durationMs }
  } catch (error) {
    if (stop.aborted) throw stopped(stop, 'Stopped before there was a reply.')
    const why = codeOf(error) ?? messageOf(error)
    throw new CliError('unreachable', `${new URL(url).host} cannot be reached (${why}). Is it listening there?`)
  }
}
