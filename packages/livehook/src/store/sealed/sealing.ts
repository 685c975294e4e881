// Secrets at rest: tokens of webhooks and secret keys of apps, as they are written into the store. Pure: the nonce is handed in.
//
// AES-256-GCM. What is sealed is bound to its owner (a webhook's id, an app's number), so that a row that was copied to another
// owner does not open. A sealed text begins with a control character, which no token and no secret key may contain: what is in
// the clear can never be taken for something sealed.

import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

/** What a secret is sealed with. Made once per start from a key of the settings. */
export interface SealingKey {
  /** Tells keys apart, and says nothing about them. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Why a text does not open. */
export type SealProblem = 'unknown_key' | 'damaged'

export class SealError extends Error {
  override readonly name = 'SealError'
  readonly code: SealProblem

  constructor(code: SealProblem) {
    super(
      code === 'unknown_key'
        ? 'A secret in the store was encrypted with a key that is not among those of LIVEHOOK_SECRET_KEY.'
        : 'A secret in the store does not open with its key: it was changed, or moved to another owner.',
    )
    this.code = code
  }
}

const mark = '\u0001'
const algorithm = 'aes-256-gcm'
/** The length that GCM is made for (NIST SP 800-38D, 8.2). */
export const nonceBytes = 12
const tagBytes = 16
const nameBytes = 6

/** Derives a key of 256 bits from a text of the settings (RFC 5869). The text is long chance, so nothing slower is needed. */
export function deriveSealingKey(text: string): SealingKey {
  const derive = (what: string, bytes: number): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', text, '', `livehook secrets at rest: ${what}`, bytes))
  return { name: Buffer.from(derive('name', nameBytes)).toString('base64url'), bytes: derive('key', 32) }
}

export function isSealed(stored: string): boolean {
  return stored.startsWith(mark)
}

/** The name of the key that a text was sealed with; `undefined` for a text in the clear. */
export function sealedBy(stored: string): string | undefined {
  return isSealed(stored) ? stored.slice(mark.length).split('.', 1)[0] : undefined
}

/**
 * Seals a secret.
 * @param owner whose it is, such as `webhook wh_…`: it opens for no other owner
 * @param nonce 12 bytes of chance that were never used before
 */
export function seal(secret: string, owner: string, { key, nonce }: { key: SealingKey; nonce: Uint8Array }): string {
  const cipher = createCipheriv(algorithm, key.bytes, nonce).setAAD(Buffer.from(owner))
  const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${mark}${key.name}.${sealed.toString('base64url')}`
}

/**
 * Opens what `seal` made; a text in the clear is given back as it is.
 * @throws SealError
 */
export function unseal(stored: string, owner: string, keys: readonly SealingKey[]): string {
  const name = sealedBy(stored)
  if (name === undefined) return stored
  const key = keys.find((each) => each.name === name)
  if (key === undefined) throw new SealError('unknown_key')
  const bytes = Buffer.from(stored.slice(mark.length + name.length + 1), 'base64url')
  if (bytes.length < nonceBytes + tagBytes) throw new SealError('damaged')
  const tagAt = bytes.length - tagBytes
  const decipher = createDecipheriv(algorithm, key.bytes, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(owner))
    .setAuthTag(bytes.subarray(tagAt))
  try {
    const opened = decipher.update(bytes.subarray(nonceBytes, tagAt))
    return Buffer.concat([opened, decipher.final()]).toString('utf8')
  } catch {
    throw new SealError('damaged')
  }
}

// Seals and opens secrets with the keys of the settings: the first seals, all of them open. Without a key everything stays
// in the clear, and what is sealed does not open.

export interface Sealer {
  /**
   * How a secret is written into the store.
   * @param owner `webhookOwner(…)` or `appOwner(…)`: the secret opens for no other owner
   */
  seal(secret: string, owner: string): string
  /**
   * A secret from the store; one that is in the clear is given back as it is.
   * @throws SealError if the settings have not the key, or the text was changed or belongs to another owner
   */
  open(stored: string, owner: string): string
  /** Whether a secret stands in the store as it would be written today; what does not is written again at the start. */
  isCurrent(stored: string): boolean
}

export interface SealerDeps {
  /** The first one seals. */
  readonly keys: readonly SealingKey[]
  /** Chance; `crypto.randomBytes`. */
  readonly randomBytes: (count: number) => Uint8Array
}

export function createSealer(deps: SealerDeps): Sealer {
  const [newest] = deps.keys
  return {
    seal: (secret, owner) =>
      newest === undefined ? secret : seal(secret, owner, { key: newest, nonce: deps.randomBytes(nonceBytes) }),
    open: (stored, owner) => unseal(stored, owner, deps.keys),
    isCurrent: (stored) => sealedBy(stored) === newest?.name,
  }
}

export function webhookOwner(webhookId: string): string {
  return `webhook ${webhookId}`
}

export function appOwner(sdkAppId: number): string {
  return `app ${sdkAppId}`
}
