// A UserSig as it travels: JSON, compressed by zlib, base64 with three characters replaced so that it fits into a URL.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import type { UserSig } from '../../domain/access/user-sig.ts'
import { readUserSig, textToSign } from '../../domain/access/user-sig.ts'

/** More than any UserSig has, with rights for a room too. */
const maxTextCharacters = 2048
/** A small text can inflate to gigabytes; what is inside a UserSig has some hundred bytes. */
const maxInflatedBytes = 4096

/**
 * Takes a UserSig apart. Only the one way to write it counts: no other base64, nothing before or after what is compressed.
 * @returns `undefined` if it is none: cut off, changed on the way, or made by something else
 */
export function parseUserSig(text: string): UserSig | undefined {
  if (text.length > maxTextCharacters) return undefined
  const base64 = text.replaceAll(/[*\-_]/g, (character) => plain[character] ?? '')
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64 || escapeBase64(base64) !== text) return undefined
  const json = inflate(bytes)
  return json === undefined ? undefined : readUserSig(json)
}

/** Whether `sig` is what this secret key gives; the time it takes does not tell where the two differ. */
export function sigFits(userSig: UserSig, secretKey: string): boolean {
  const expected = createHmac('sha256', secretKey).update(textToSign(userSig), 'utf8').digest()
  const got = Buffer.from(userSig.sig, 'base64')
  return got.toString('base64') === userSig.sig && got.length === expected.length && timingSafeEqual(got, expected)
}

const plain: Readonly<Record<string, string>> = { '*': '+', '-': '/', _: '=' }
const escaped: Readonly<Record<string, string>> = { '+': '*', '/': '-', '=': '_' }

function escapeBase64(base64: string): string {
  return base64.replaceAll(/[+/=]/g, (character) => escaped[character] ?? '')
}

function inflate(bytes: Buffer): string | undefined {
  try {
    const inflated: unknown = inflateSync(bytes, { maxOutputLength: maxInflatedBytes, info: true })
    // What stands behind the compressed text is no one's.
    if (!isInflated(inflated) || inflated.engine.bytesWritten !== bytes.length) return undefined
    return new TextDecoder('utf-8', { fatal: true }).decode(inflated.buffer)
  } catch {
    return undefined
  }
}

/** With `info` zlib also says how many bytes it read. */
interface Inflated {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

function isInflated(value: unknown): value is Inflated {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'engine' in value
}
