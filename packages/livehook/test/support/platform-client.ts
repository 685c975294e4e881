// A client as scripts for the public platform have it: its own maker of UserSigs, and plain fetch.

import TlsSigApi from 'tls-sig-api-v2'

export interface PlatformAnswer {
  readonly ActionStatus: 'OK' | 'FAIL'
  readonly ErrorInfo: string
  readonly ErrorCode: number
  readonly RequestId: string
  readonly Response?: unknown
}

export interface PlatformCall {
  readonly status: number
  readonly contentType: string | null
  readonly text: string
  readonly answer: PlatformAnswer
}

export interface PlatformClient {
  /**
   * Makes a call such as `live_config/get_callback`.
   * @param body JSON is made of it; a text or bytes are sent as they are
   * @param parameters instead of the usual ones; `undefined` leaves one out
   */
  call(
    name: string,
    body?: unknown,
    parameters?: Readonly<Record<string, string | undefined>>,
    init?: RequestInit,
  ): Promise<PlatformCall>
  /** Makes a call and gives its public code. */
  code(...call: Parameters<PlatformClient['call']>): Promise<number>
  /** The address of a call. */
  address(name: string, parameters?: Readonly<Record<string, string | undefined>>): string
}

export function createPlatformClient(options: {
  readonly url: string
  readonly sdkAppId: number
  readonly secretKey: string
  readonly identifier?: string
}): PlatformClient {
  const { url, sdkAppId, secretKey, identifier = 'administrator' } = options
  const address: PlatformClient['address'] = (name, parameters = {}) => {
    const all = {
      sdkappid: String(sdkAppId),
      identifier,
      usersig: userSig({ sdkAppId, secretKey, identifier }),
      random: '4294967295',
      contenttype: 'json',
      ...parameters,
    }
    const query = new URLSearchParams(
      Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    )
    return `${url}/v4/${name}?${query.toString()}`
  }
  const call: PlatformClient['call'] = async (name, body = {}, parameters = {}, init = {}) => {
    const response = await fetch(address(name, parameters), { method: 'POST', body: bytesOf(body), ...init })
    const text = await response.text()
    const answer: PlatformAnswer = JSON.parse(text)
    return { status: response.status, contentType: response.headers.get('content-type'), text, answer }
  }
  return { address, call, code: async (...args) => (await call(...args)).answer.ErrorCode }
}

/** @param expire seconds */
export function userSig(
  { sdkAppId, secretKey, identifier }: { sdkAppId: number; secretKey: string; identifier: string },
  expire = 86_400,
): string {
  return new TlsSigApi.Api(sdkAppId, secretKey).genUserSig(identifier, expire)
}

function bytesOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
}
