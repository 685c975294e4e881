// Who watches /v1/stream. An event is written out once for all of them, in slices of a turn of the event loop; what a watcher has
// not read is bounded, and one that is behind is ended (its browser comes back by itself): it can never hold the service up.

import type { ServerResponse } from 'node:http'
import type { ServiceEvent, ServiceEvents } from '../../../observe/events.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { StreamEvent } from '../../contract/contract.ts'
import type { Keys } from '../../gates/keys.ts'
import { instant } from '../../present/present.ts'
import { presentServiceEvent } from '../../present/stream.ts'

export interface WatchersDeps {
  readonly events: Pick<ServiceEvents, 'listen'>
  readonly keys: Pick<Keys, 'onRevoked'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Runs when the service stops: ends every stream, so that the listener can close. */
  readonly onStop: (end: () => void) => () => void
}

export interface NewWatcher {
  readonly keyId: string
  /** `undefined` for every app. */
  readonly sdkAppId: number | undefined
  /** Whether it may still see this. */
  readonly isValid: () => boolean
  readonly response: ServerResponse
}

export interface Watchers {
  /** @throws ServiceError `too_many_requests` if a key, or all together, watch as often as they may */
  requireRoom(keyId: string): void
  /** Its headers are written already. */
  add(watcher: NewWatcher): void
  readonly count: number
  /** What all of them together have not read yet. */
  readonly unreadBytes: number
}

/**
 * So often that a watcher may take twenty silent seconds for a service that stands still, and far below the minute after which
 * proxies give up on a silent connection.
 */
const heartbeatMs = 5000
export const maxUnreadBytes = 262_144
export const maxWatchersOfAKey = 32
export const maxWatchers = 256

/** One commit can lead to twenty thousand events: so many are written out in a turn, and so many may wait. */
const eventsPerTurn = 50
const maxWaitingEvents = 50_000

/** Milliseconds that one who is behind has to read what was written already. */
const lastReadMs = 2000

export function createWatchers(deps: WatchersDeps): Watchers {
  const watchers = new Map<ServerResponse, NewWatcher>()
  let waiting: ServiceEvent[] = []
  let stopAll: (() => void) | undefined

  const start = (): void => {
    const stopListening = deps.events.listen((event) => {
      if (waiting.push(event) === 1) setImmediate(writeSlice)
      if (waiting.length <= maxWaitingEvents) return
      for (const watcher of watchers.values()) endBehind(watcher)
    })
    // Anyone who lost the right to see this sees nothing more: at once with a revoked key, soon with a session that ended.
    const stopWatching = deps.keys.onRevoked((revoked) => {
      for (const watcher of watchers.values()) if (watcher.keyId === revoked) end(watcher)
    })
    const heartbeat = setInterval(() => {
      for (const watcher of watchers.values()) if (!watcher.isValid()) end(watcher)
      writeToAll(frame({ kind: 'heartbeat', at: instant(deps.now()) }))
    }, heartbeatMs)
    const forget = deps.onStop(() => {
      for (const watcher of watchers.values()) end(watcher)
    })
    stopAll = () => {
      stopListening()
      stopWatching()
      clearInterval(heartbeat)
      forget()
      waiting = []
    }
  }
  const writeSlice = (): void => {
    for (const event of waiting.splice(0, eventsPerTurn)) {
      writeToAll(frame(presentServiceEvent(event)), sdkAppIdOf(event))
    }
    if (waiting.length > 0) setImmediate(writeSlice)
  }
  /** The same bytes for everyone: what many have not read yet is kept once. */
  const writeToAll = (bytes: Buffer, of?: number): void => {
    for (const watcher of watchers.values()) {
      if (of !== undefined && watcher.sdkAppId !== undefined && watcher.sdkAppId !== of) continue
      if (watcher.response.writableLength + bytes.length > maxUnreadBytes) endBehind(watcher)
      else watcher.response.write(bytes)
    }
  }
  const end = ({ response }: NewWatcher): void => {
    if (!watchers.delete(response)) return
    response.end()
    if (watchers.size === 0) stopAll?.()
  }
  const endBehind = (watcher: NewWatcher): void => {
    const { response } = watcher
    response.write(`: behind: more than ${maxUnreadBytes} bytes were not read; connect again\n\n`)
    end(watcher)
    // An end is written behind all the rest, and would wait for one that never reads.
    const cut = setTimeout(() => response.destroy(), lastReadMs)
    response.on('close', () => clearTimeout(cut))
  }
  return {
    requireRoom(keyId) {
      const ofKey = [...watchers.values()].filter((watcher) => watcher.keyId === keyId).length
      if (ofKey < maxWatchersOfAKey && watchers.size < maxWatchers) return
      const most =
        ofKey < maxWatchersOfAKey ? `${maxWatchers} streams at once` : `${maxWatchersOfAKey} streams of one key`
      throw new ServiceError('too_many_requests', `At most ${most} are open; end one that no one reads.`, {
        retryAfterSeconds: 5,
      })
    },
    add(watcher) {
      if (watchers.size === 0) start()
      watchers.set(watcher.response, watcher)
      watcher.response.on('close', () => end(watcher))
    },
    get count() {
      return watchers.size
    },
    get unreadBytes() {
      return [...watchers.keys()].reduce((sum, { writableLength }) => sum + writableLength, 0)
    },
  }
}

function sdkAppIdOf(event: ServiceEvent): number {
  if ('delivery' in event) return event.delivery.sdkAppId
  return 'decision' in event ? event.decision.sdkAppId : event.sdkAppId
}

function frame(event: StreamEvent): Buffer {
  return Buffer.from(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`)
}
