// What a store promises to processes that share it: what the others changed, and who does the work that only one may do.

import type { App } from '../../domain/access/app.ts'
import type { Quota } from '../../domain/delivery/quota.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { StoredKey } from './access.ts'
import type { StoredCommand } from './custom-commands.ts'

interface ChangeOf<Kind extends string, State> {
  readonly kind: Kind
  /** The app that the thing belongs to; `null` for what belongs to none. */
  readonly sdkAppId: number | null
  /** The id of the thing; of a command its word. */
  readonly key: string
  /** The thing as it was when the changes were read; `undefined` for one that is gone. Ids are not given out again. */
  readonly state: State | undefined
}

export type Change =
  | ChangeOf<'app', App>
  | ChangeOf<'webhook', Webhook>
  | ChangeOf<'command', StoredCommand>
  | ChangeOf<'quota', Quota>
  | ChangeOf<'key', StoredKey>

export interface Changes {
  /** Up to where these go: what to ask on from. */
  readonly version: number
  /** Each thing once, in the order of its last change. */
  readonly changes: readonly Change[]
  /** The store keeps no changes from so long ago: these are all things that there are, and what is not among them is gone. */
  readonly isWhole: boolean
  /** Whether there may be more: not all of them are read at once. */
  readonly hasMore: boolean
}

export interface ChangeStore {
  /** The version of the newest change, 0 if nothing was ever changed. Each change has the next number, in the order of the commits. */
  lastChange(): Promise<number>
  /**
   * What was changed after a version.
   * @param sdkAppId only what belongs to this app; everything if it is left out
   */
  changesSince(version: number, sdkAppId?: number): Promise<Changes>

  /**
   * Takes a lease, or keeps it for longer.
   * @param lease `owner`: the process; `until`: epoch milliseconds, after which others may take it
   * @returns whether it is the owner's now; `false` while it is another's
   */
  takeLease(
    lease: { readonly name: string; readonly owner: string; readonly until: number },
    now: number,
  ): Promise<boolean>
  /** Gives back every lease of an owner. */
  releaseLeases(owner: string): Promise<void>
}
