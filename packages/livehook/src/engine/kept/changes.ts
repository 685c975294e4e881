// Follows what is changed in the store, so that all that is cached of it stays true when several processes share one store.
// Changes of this process come by as well, and find nothing to do: what it commits it takes over at once.
//
// State: up to which version the changes were taken over.

import { assertNever } from '../../domain/assert.ts'
import type { Log } from '../../observe/log.ts'
import type { Change, ChangeStore } from '../../store/port/changes.ts'
import type { RunExclusive } from './keyed-mutex.ts'

/** Takes over changes of one kind of thing. */
export interface Follower<Kind extends Change['kind']> {
  /** Takes a thing as the store has it now, or forgets one that is gone. */
  follow(change: Extract<Change, { readonly kind: Kind }>): void | Promise<void>
  /** Everything of that kind that is kept in memory. */
  known(): Iterable<Pick<Change, 'sdkAppId' | 'key'>>
}

export type Followers = { readonly [Kind in Change['kind']]: Follower<Kind> }

export interface ChangesDeps {
  readonly store: Pick<ChangeStore, 'lastChange' | 'changesSince'>
  readonly followers: Followers
  /** The turns of apps, shared with all moves of this process: nothing it commits meanwhile is overwritten by what was read before. */
  readonly runExclusive: RunExclusive
  readonly log: Pick<Log, 'warn'>
}

export interface ChangeFeed {
  /** Notes where the changes stand: before the first thing is loaded from the store. */
  begin(): Promise<void>
  start(): void
  /** Takes over what was changed by now; the timer does nothing else. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** How old what this process keeps may be, where another one changed it. */
const lookEveryMs = 1000

export function createChangeFeed(deps: ChangesDeps): ChangeFeed {
  let seen = 0
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> | undefined
  let isFailing = false

  const look = async (): Promise<void> => {
    for (let hasMore = true; hasMore;) {
      const found = await deps.store.changesSince(seen)
      for (const sdkAppId of appsOf(found.changes)) await takeOver(deps, seen, sdkAppId)
      for (const change of found.changes) if (change.sdkAppId === null) await followOne(deps.followers, change)
      if (found.isWhole) await forgetOthers(deps.followers, found.changes)
      seen = found.version
      hasMore = found.hasMore
    }
  }
  const run = (): void => {
    underWay = look().then(
      () => {
        isFailing = false
      },
      (error: unknown) => {
        if (!isFailing) deps.log.warn({ err: error }, 'changes of registrations cannot be read now; trying again')
        isFailing = true
      },
    )
    void underWay.then(() => {
      if (timer !== undefined) timer = setTimeout(run, lookEveryMs)
    })
  }
  return {
    async begin() {
      seen = await deps.store.lastChange()
    },
    start() {
      timer = setTimeout(run, lookEveryMs)
    },
    look,
    async stop() {
      clearTimeout(timer)
      timer = undefined
      await underWay
    },
  }
}

function appsOf(changes: readonly Change[]): ReadonlySet<number> {
  return new Set(changes.flatMap(({ sdkAppId }) => (sdkAppId === null ? [] : [sdkAppId])))
}

/** Reads again once it is the app's turn: what this process was about to commit is in the store then. */
function takeOver(deps: ChangesDeps, seen: number, sdkAppId: number): Promise<void> {
  return deps.runExclusive(sdkAppId, async () => {
    const { changes } = await deps.store.changesSince(seen, sdkAppId)
    for (const change of changes) await followOne(deps.followers, change)
  })
}

/** The store told everything that there is. */
async function forgetOthers(followers: Followers, changes: readonly Change[]): Promise<void> {
  const there = new Set(changes.map(nameOf))
  for (const kind of ['webhook', 'command', 'quota', 'key', 'app'] as const) {
    for (const { sdkAppId, key } of Array.from(followers[kind].known())) {
      const gone = { kind, sdkAppId, key, state: undefined }
      if (!there.has(nameOf(gone))) await followOne(followers, gone)
    }
  }
}

function nameOf({ kind, sdkAppId, key }: Pick<Change, 'kind' | 'sdkAppId' | 'key'>): string {
  return `${kind} ${sdkAppId ?? ''} ${key}`
}

async function followOne(followers: Followers, change: Change): Promise<void> {
  switch (change.kind) {
    case 'app':
      return followers.app.follow(change)
    case 'webhook':
      return followers.webhook.follow(change)
    case 'command':
      return followers.command.follow(change)
    case 'quota':
      return followers.quota.follow(change)
    case 'key':
      return followers.key.follow(change)
    default:
      return assertNever(change)
  }
}
