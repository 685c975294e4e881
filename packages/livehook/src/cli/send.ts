// livehook send <command> --body <file>: exactly these bytes, through the service, or signed and sent directly.

import { isOptPlatform, joinUrl, makeSign, makeSignature, optPlatforms, readReply } from '@livehook/protocol/node'
import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { codeOf, messageOf } from '../domain/error-facts.ts'
import { clientFromEnvironment } from './api-client.ts'
import type { CliIo } from './io.ts'
import { CliError, line } from './io.ts'
import type { SendOptions } from './options.ts'
import { readToken } from './token.ts'
import { postEvent, showAccepted } from './trigger.ts'

export async function send(command: string, options: SendOptions, io: CliIo): Promise<void> {
  if (options.body === '-' && options.tokenFile === '-') {
    throw new CliError('usage', 'Standard input can give the body or the token, not both.')
  }
  const body = options.body === '-' ? await buffer(io.stdin) : readBytes(options.body)
  if (options.direct === undefined) {
    const accepted = await postEvent(clientFromEnvironment(io), { command, options, body })
    showAccepted(accepted, { io, json: options.json === true })
    return
  }
  await sendDirectly(command, { options, url: options.direct, body, io })
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CliError('usage', `The body cannot be read from ${file}: ${messageOf(error)}`)
  }
}

interface DirectSend {
  readonly options: SendOptions
  readonly url: string
  readonly body: Uint8Array
  readonly io: CliIo
}

async function sendDirectly(command: string, work: DirectSend): Promise<void> {
  const { options, body, io } = work
  const token = await readToken(options.tokenFile, io)
  const requestTime = String(Math.floor(Date.now() / 1000))
  const id = `evt_${randomUUID().replaceAll('-', '')}`
  const url = directUrl(command, work, token === undefined ? {} : { sign: makeSign(token, requestTime), requestTime })
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': `livehook/${io.version}`,
    'webhook-id': id,
    'webhook-timestamp': requestTime,
    'livehook-attempt': '1',
  }
  if (token !== undefined) {
    headers['webhook-signature'] = makeSignature({ tokens: [token], id, timestampSeconds: Number(requestTime), body })
  }
  const startedAt = performance.now()
  const response = await reach(url, headers, body)
  const answer = new Uint8Array(await response.arrayBuffer())
  const durationMs = Math.round(performance.now() - startedAt)
  const text = new TextDecoder().decode(answer)
  if (options.json === true) line(io.stdout, JSON.stringify({ status: response.status, durationMs, body: text }))
  else line(io.stdout, `${response.status} in ${durationMs} ms\n${text}`)
  const isJson = readReply(answer).kind !== 'unreadable'
  if (response.status !== 200 || !isJson) {
    throw new CliError(
      'invalidReply',
      response.status === 200
        ? 'The answer is not JSON, so a platform would count it as a failure.'
        : 'A platform counts every status but 200 as a failure.',
    )
  }
}

function directUrl(
  command: string,
  { options, url }: DirectSend,
  signed: { readonly sign?: string; readonly requestTime?: string },
): string {
  const platform = options.platform ?? 'RESTAPI'
  if (!isOptPlatform(platform)) {
    throw new CliError('usage', `--platform must be one of ${optPlatforms.join(', ')}.`)
  }
  try {
    return joinUrl(url, {
      sdkAppId: Number(options.sdkAppId ?? 1_400_000_001),
      spelling: 'webhook',
      contentType: true,
      command,
      clientIp: options.clientIp ?? '127.0.0.1',
      optPlatform: platform,
      ...signed,
    })
  } catch (error) {
    throw new CliError('usage', `--direct: ${messageOf(error)}`)
  }
}

async function reach(url: string, headers: Record<string, string>, body: Uint8Array): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', headers, body: new Uint8Array(body), redirect: 'manual' })
  } catch (error) {
    throw new CliError('unreachable', `${new URL(url).host} cannot be reached (${codeOf(error) ?? messageOf(error)}).`)
  }
}
