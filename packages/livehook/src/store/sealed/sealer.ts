// Seals and opens secrets with the keys of the settings: the first seals, all of them open. Without a key everything stays in
// the clear, and what is sealed does not open.

import type { SealingKey } from './sealing.ts'
import { nonceBytes, seal, sealedBy, unseal } from './sealing.ts'

export interface Sealer {
  /**
   * How a secret is written into the store.
   * @param owner `webhookOwner(…)` or `appOwner(…)`: the secret opens for nobody else
   */
  seal(secret: string, owner: string): string
  /**
   * A secret from the store; one that is in the clear is given back as it is.
   * @throws SealError where the settings have not the key, or the text was changed or belongs to another owner
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
