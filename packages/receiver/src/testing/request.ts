// A request as the service sends it, made from the sample of its command.

import { joinUrl, makeSign, makeSignature } from '@livehook/protocol'
import type { OptPlatform, Spelling } from '@livehook/protocol'
import { sampleOf } from '@livehook/protocol/catalogue'
import type { EventWord } from '@livehook/protocol/commands'

export interface RequestOptions {
  /** Members of the body that differ from the sample, by path: `{ 'GiftWater.Count': 3, 'MsgBody.0.MsgType': 'TIMFaceElem' }`. */
  readonly set?: Readonly<Record<string, unknown>>
  /** The token to sign with, `test-token` if it is left out; `null` for an unsigned request. */
  readonly token?: string | null
  /** When it was signed, epoch milliseconds; now if it is left out. */
  readonly at?: number
  /** 1400000001 if it is left out. */
  readonly sdkAppId?: number
  /** The registered URL, `http://receiver.test/hook` if it is left out. */
  readonly url?: string
  /** `webhook-id`; a new one if it is left out. `null`: none, and no signature over the body, as on the public platforms. */
  readonly id?: string | null
  /** Which attempt it is; 1 if it is left out. */
  readonly attempt?: number
  readonly spelling?: Spelling
  readonly clientIp?: string
  readonly optPlatform?: OptPlatform
}

/**
 * A signed request for a command's event.
 * @example await receiver.fetch(await request('Live.CallbackBeforeSendGift', { set: { 'GiftWater.Count': 100 }, token }))
 */
export async function request(command: EventWord, options: RequestOptions = {}): Promise<Request> {
  return signedRequest(command, bodyOf(command, options), options)
}

/** The same over a body of one's own. */
export async function signedRequest(command: string, body: string, options: RequestOptions): Promise<Request> {
  const { sdkAppId = 1_400_000_001, token = 'test-token', at = Date.now(), spelling = 'webhook' } = options
  const requestTime = String(Math.floor(at / 1000))
  const url = joinUrl(options.url ?? 'http://receiver.test/hook', {
    sdkAppId,
    spelling,
    contentType: true,
    command,
    clientIp: options.clientIp ?? '203.0.113.9',
    optPlatform: options.optPlatform ?? 'iOS',
    ...(token !== null && { sign: await makeSign(token, requestTime), requestTime }),
  })
  const headers = await headersOf(body, { ...options, token, at })
  return new Request(url, { method: 'POST', headers, body })
}

/** The sample's body with members set. */
export function bodyOf(command: EventWord, { set = {} }: RequestOptions): string {
  const sample: unknown = JSON.parse(sampleOf(command) ?? '{}')
  const body: Record<string, unknown> = isMembers(sample) ? sample : {}
  for (const [path, value] of Object.entries(set)) setMember(body, path.split('.'), value)
  return JSON.stringify(body)
}

async function headersOf(
  body: string,
  { id, token, at, attempt = 1 }: RequestOptions & { readonly token: string | null; readonly at: number },
): Promise<Record<string, string>> {
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' }
  if (id === null) return headers
  const eventId = id ?? `evt_${crypto.randomUUID().replaceAll('-', '')}`
  const timestampSeconds = Math.floor(at / 1000)
  Object.assign(headers, {
    'webhook-id': eventId,
    'webhook-timestamp': String(timestampSeconds),
    'livehook-attempt': String(attempt),
  })
  if (token === null) return headers
  const bytes = new TextEncoder().encode(body)
  headers['webhook-signature'] = await makeSignature({ tokens: [token], id: eventId, timestampSeconds, body: bytes })
  return headers
}

function setMember(place: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path
  if (name === undefined) return
  // An own member in any case: assignment to this one name would change the prototype.
  if (name === '__proto__') throw new TypeError('A path of `set` cannot go through __proto__.')
  if (rest.length === 0) {
    place[name] = value
    return
  }
  const next = place[name]
  const inner = isMembers(next) ? next : {}
  place[name] = inner
  setMember(inner, rest, value)
}

/** Lists as well: their members are named by their places. */
function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
