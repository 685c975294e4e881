// Passing a request on, byte for byte, and bringing back the reply as it came.

import type { IncomingMessage } from 'node:http'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { codeOf, messageOf } from '../../domain/diagnosis/error-facts.ts'
import { CliError } from '../io.ts'
import type { Arrived } from './arrived.ts'
import { pairsOf } from './arrived.ts'

export interface ForwardedReply {
  readonly status: number
  /** Names and values in turn, without those of the connection. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
}

/** Headers that belong to one connection and not to the message (RFC 9110 section 7.6.1). */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
/** As long as a sender may be told to wait. */
const timeoutMs = 30_000

/** @throws CliError `usage` if it is no URL that can be called */
export function readForwardUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CliError('usage', `--forward takes a URL such as http://localhost:3000/hook, not ${text}.`)
  }
  return url
}

/**
 * Sends what arrived to another URL: the same method, query, headers and body; only path, host and the headers of the
 * connection are the target's.
 * @returns the reply, or in a sentence why there is none
 */
export async function forward(arrived: Arrived, url: URL, signal: AbortSignal): Promise<ForwardedReply | string> {
  const mark = arrived.target.indexOf('?')
  const own = url.search === '' ? '?' : `${url.search}&`
  const path = url.pathname + (mark < 0 ? url.search : own + arrived.target.slice(mark + 1))
  const kept = pairsOf(arrived.rawHeaders).filter(([name]) => isKept(name) && name.toLowerCase() !== 'content-length')
  const length =
    arrived.body.length > 0 || arrived.method === 'POST' ? ['Content-Length', String(arrived.body.length)] : []
  const headers = ['Host', url.host, ...kept.filter(([name]) => name.toLowerCase() !== 'host').flat(), ...length]
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = send(
        url,
        { method: arrived.method, path, headers, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) },
        resolve,
      )
      request.on('error', reject)
      request.end(arrived.body)
    })
    const body = await buffer(response)
    const rawHeaders = pairsOf(response.rawHeaders).filter(([name]) => isKept(name))
    return { status: response.statusCode ?? 502, rawHeaders: rawHeaders.flat(), body }
  } catch (error) {
    return `${url.host} gave no reply (${codeOf(error) ?? messageOf(error)})`
  }
}

function isKept(name: string): boolean {
  return !ofConnection.has(name.toLowerCase())
}
