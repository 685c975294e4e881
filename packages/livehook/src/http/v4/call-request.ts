// What a call says of itself: its parameters in the query and its JSON body. Names and values count letter case.

import { readQuery, scanJson } from '@livehook/protocol'
import { CallRefused } from './public-code.ts'

export interface CallParameters {
  readonly sdkAppId: number
  readonly identifier: string
  /** As it came; a secret. */
  readonly userSig: string
}

const largestId = 0xff_ff_ff_ff

/**
 * Reads the five parameters of a call.
 * @param url as it stands on the request line
 * @throws CallRefused 60012, 60006, 60004 or 60002: whichever is missing or wrong first
 */
export function readParameters(url: string): CallParameters {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  const values = Map.groupBy(readQuery(query), ({ name }) => name)
  const one = (name: string): string | undefined => {
    const [first, second] = values.get(name) ?? []
    if (second !== undefined) throw new CallRefused('bad_request', `The URL has the parameter ${name} twice.`)
    return first?.value
  }
  const sdkAppId = readAppId(one('sdkappid'))
  const identifier = one('identifier') ?? ''
  const userSig = one('usersig') ?? ''
  if (identifier === '') throw new CallRefused('bad_account', 'The URL lacks identifier: an admin account of the app.')
  if (userSig === '') throw new CallRefused('bad_account', 'The URL lacks usersig: the UserSig of the identifier.')
  requireWhole(one('random'))
  if (one('contenttype') !== 'json') {
    throw new CallRefused('bad_request', 'The URL must have contenttype=json, in lower case.')
  }
  return { sdkAppId, identifier, userSig }
}

function readAppId(text: string | undefined): number {
  if (text === undefined || text === '') throw new CallRefused('no_app_id', 'The URL lacks sdkappid.')
  const value = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY
  if (value > largestId) throw new CallRefused('bad_app_id', 'sdkappid is no SdkAppId; one looks like 1400000001.')
  return value
}

function requireWhole(random: string | undefined): void {
  if (random === undefined || !/^\d{1,10}$/.test(random) || Number(random) > largestId) {
    throw new CallRefused('bad_request', 'The URL must have random, a whole number from 0 to 4294967295.')
  }
}

/** Deeper than any call's body. */
const maxDepth = 8

/**
 * Reads the body: one JSON object in UTF-8, no member twice. What the header `content-type` says does not count: the parameter
 * `contenttype` has said it, and scripts send forms' types with it.
 * @throws CallRefused 60003
 */
export function readBody(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const scan = scanJson(bytes, { maxDepth })
  if (scan.kind === 'invalid') {
    const where =
      scan.code === 'empty_body' ? 'it is empty; send at least {}' : `it stops being it at byte ${scan.offset}`
    throw new CallRefused('bad_json', `The body is no JSON: ${where}.`)
  }
  if (scan.kind !== 'object')
    throw new CallRefused('bad_json', `The body must be a JSON object, not a JSON ${scan.kind}.`)
  const names = scan.members.map(({ name }) => name)
  if (new Set(names).size < names.length) throw new CallRefused('bad_json', 'The body has a member twice.')
  const body: Record<string, unknown> = JSON.parse(new TextDecoder().decode(bytes))
  return body
}
