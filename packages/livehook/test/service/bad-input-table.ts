// What the placeholders of bad-input.json stand for here: the one table between its names and ours.

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

export interface BadInputCase {
  readonly id: string
  readonly area: string
  readonly title: string
  readonly input: {
    readonly target: string
    readonly method?: string
    readonly content_type?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string | null
    readonly body_base64?: string
    readonly body_generator?: string
    readonly body_bytes?: number
    readonly transfer?: string
    readonly stream?: string
    readonly raw?: string
    readonly path?: string
    readonly path_bytes?: number
    readonly query?: string
  }
  readonly expected: {
    readonly status?: readonly (number | 'closed')[]
    readonly error?: string
    readonly accepted?: boolean | 'either'
    readonly delivered_bytes?: string
    readonly rows_max?: number
    readonly same_body_for_all_causes?: boolean
    readonly config_unchanged?: boolean
  }
}

const { cases }: { readonly cases: readonly BadInputCase[] } = JSON.parse(
  readFileSync(new URL('../cases/bad-input.json', import.meta.url), 'utf8'),
)
export const badInputCases = cases

/** Cases that are held if their whole world is built; the test's title there names the case. */
export const heldElsewhere: Readonly<Record<string, string>> = { 'IN-265': 'disk.test.ts' }

/** Where the placeholder paths lead. */
export function pathOf(path: string, sdkAppId: number): string {
  return path
    .replaceAll(/\/v1\/(ev\0?ents)/g, `/v1/apps/${sdkAppId}/$1`)
    .replaceAll('/V1/EVENTS', `/V1/APPS/${sdkAppId}/EVENTS`)
    .replaceAll('/v1//events', `/v1/apps/${sdkAppId}//events`)
    .replaceAll('/admin', '/v1/keys')
}

/** Errors by the names of the file, each with the codes that say the same here. A field that is wrong is told by its pointer. */
export const codesByError: Readonly<Record<string, readonly string[]>> = {
  invalid_json: ['invalid_json'],
  invalid_utf8: ['invalid_utf8'],
  not_an_object: ['not_an_object'],
  duplicate_key: ['duplicate_key'],
  forbidden_key: ['forbidden_key'],
  too_deep: ['too_deep'],
  too_large: ['too_large'],
  content_encoding: ['unsupported_media_type'],
  forbidden_header: ['invalid_header'],
  invalid_header: ['invalid_header'],
  unknown_field: ['invalid_request'],
  invalid_field: ['invalid_request', 'unknown_command', 'invalid_token'],
}

/** Members of an event, as they stand in a line of a batch. A caller cannot name an event's id, sign or time: those are unknown. */
export const eventMembers: Readonly<Record<string, string>> = {
  WebhookCommand: 'command',
  ClientIP: 'clientIp',
  OptPlatform: 'optPlatform',
  EventId: 'eventId',
  Body: 'body',
}

/** Settings of a webhook. The token has an address of its own. */
export const webhookMembers: Readonly<Record<string, string>> = {
  Retry: 'retry',
  TimeoutMs: 'timeoutMs',
  RatePerSecond: 'ratePerSecond',
  Commands: 'commands',
  Headers: 'headers',
  Name: 'name',
  Url: 'url',
  MaxInFlight: 'maxInFlight',
}

/** The command that stands for `C` and for any that is not the point of a case. */
export const anyCommand = 'Room.CallbackAfterCreateRoom'

/** The bytes that a case sends; `undefined` if it sends none. */
export function bodyOf({ input }: BadInputCase): Buffer | undefined {
  const { body, body_base64: base64, body_generator: generator, body_bytes: bytes } = input
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  if (generator !== undefined) return generate(generator)
  if (bytes !== undefined && bytes < 2 ** 27) return paddedTo(bytes)
  return typeof body === 'string' ? Buffer.from(body) : undefined
}

function paddedTo(bytes: number): Buffer {
  return Buffer.from(`{"a":"${'x'.repeat(bytes - '{"a":""}'.length)}"}`)
}

function generate(generator: string): Buffer {
  const levels = /^\[ x (\d+) then \] x \1 as the value of a key$/.exec(generator)?.[1]
  if (levels !== undefined) return Buffer.from(`{"a":${'['.repeat(Number(levels))}${']'.repeat(Number(levels))}}`)
  const last = /^\{"0":0,\.\.\.,"(\d+)":0\}$/.exec(generator)?.[1]
  if (last !== undefined) {
    return Buffer.from(`{${Array.from({ length: Number(last) + 1 }, (_, index) => `"${index}":0`).join(',')}}`)
  }
  const repeated = /^\{"a":"x"\*(\d+)\}$/.exec(generator)?.[1]
  if (repeated !== undefined) return Buffer.from(`{"a":"${'x'.repeat(Number(repeated))}"}`)
  const zipped = /^gzip of (.+)$/.exec(generator)?.[1]
  if (zipped !== undefined) return gzipSync(zipped)
  const token = /^token of (\d+) characters$/.exec(generator)?.[1]
  if (token !== undefined) return Buffer.from(JSON.stringify({ Token: 't'.repeat(Number(token)) }))
  throw new Error(`No one knows how to make this body: ${generator}`)
}

/** The text of a member as it stands in a JSON text, digits and spelling untouched; `undefined` if it is not there. */
export function memberText(json: string, name: string): string | undefined {
  const at = json.indexOf(`"${name}":`)
  if (at < 0) return undefined
  const rest = json.slice(at + name.length + 3)
  return /^(?:"(?:[^"\\]|\\.)*"|\{[^}]*\}|\[[^\]]*\]|[^,}]*)/.exec(rest)?.[0]
}
