// The live stream of one app: server-sent events in, batches out, and whether it stands, in one word.
// A message of the stream is a hint: whoever was away reads the list again (`onReconnected`).

import type { Delivery, StreamEvent } from 'livehook/contract'

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline'

export interface Live {
  readonly state: () => LiveState
  /** @returns ends the subscription, as all three do */
  readonly onState: (listener: () => void) => () => void
  /** Events of a short while, in order of arrival. */
  readonly onBatch: (listener: (events: readonly StreamEvent[]) => void) => () => void
  /** The stream stands again after it had broken off; what happened meanwhile was missed. */
  readonly onReconnected: (listener: () => void) => () => void
  readonly open: () => void
  readonly close: () => void
}

export interface LiveDeps {
  readonly sdkAppId: number
  readonly openSource: (url: string) => EventSource
  readonly isOnline: () => boolean
  /** The stream could not be opened: perhaps the session has ended. */
  readonly onRefused: () => void
}

/** Lists are drawn a few times a second at most, however many events there are. */
const batchMs = 200

/** Pauses before each further try; the last one repeats. */
const retryMs = [500, 1000, 2000, 4000, 5000] as const

/** From this many failures in a row on, the service counts as away. */
const failuresUntilOffline = 3

const kinds = ['accepted', 'settled', 'moved', 'decided', 'webhook_changed', 'breaker', 'app_created'] as const

/** Whether an event brings a delivery as it stands now. */
export function isOfDelivery(event: StreamEvent): event is Extract<StreamEvent, { delivery: Delivery }> {
  return event.kind === 'accepted' || event.kind === 'settled' || event.kind === 'moved'
}

/** Builds the stream. Once opened, it comes back by itself until it is closed. */
export function createLive(deps: LiveDeps): Live {
  const stateListeners = new Set<() => void>()
  const batchListeners = new Set<(events: readonly StreamEvent[]) => void>()
  const reconnectListeners = new Set<() => void>()
  let state: LiveState = 'connecting'
  let source: EventSource | undefined
  let batch: StreamEvent[] = []
  let batchTimer: number | undefined
  let retryTimer: number | undefined
  let failures = 0
  let wasLive = false

  const moveTo = (next: LiveState) => {
    if (state === next) return
    state = next
    for (const listener of stateListeners) listener()
  }
  const flush = () => {
    batchTimer = undefined
    const events = batch
    batch = []
    for (const listener of batchListeners) listener(events)
  }
  const take = (message: MessageEvent<string>) => {
    const event = parseStreamEvent(message.data)
    if (event === undefined) return
    batch.push(event)
    batchTimer ??= window.setTimeout(flush, batchMs)
  }
  const connect = () => {
    window.clearTimeout(retryTimer)
    source?.close()
    source = deps.openSource(`/v1/stream?sdkAppId=${deps.sdkAppId}`)
    for (const kind of kinds) source.addEventListener(kind, take)
    source.addEventListener('open', onOpen)
    source.addEventListener('error', onError)
  }
  const onOpen = () => {
    failures = 0
    moveTo('live')
    if (wasLive) for (const listener of reconnectListeners) listener()
    wasLive = true
  }
  // The browser would try again by itself, but not after every failure and not in a rhythm that we could tell of.
  const onError = () => {
    source?.close()
    failures += 1
    moveTo(!deps.isOnline() || failures >= failuresUntilOffline ? 'offline' : wasLive ? 'reconnecting' : 'connecting')
    deps.onRefused()
    retryTimer = window.setTimeout(connect, retryMs[Math.min(failures, retryMs.length) - 1])
  }

  return {
    state: () => state,
    onState: (listener) => subscribe(stateListeners, listener),
    onBatch: (listener) => subscribe(batchListeners, listener),
    onReconnected: (listener) => subscribe(reconnectListeners, listener),
    open: () => {
      window.addEventListener('online', connect)
      connect()
    },
    close: () => {
      window.removeEventListener('online', connect)
      window.clearTimeout(retryTimer)
      window.clearTimeout(batchTimer)
      source?.close()
    },
  }
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Events of kinds that this console does not know yet are none of its business. */
function parseStreamEvent(data: string): StreamEvent | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return isStreamEvent(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isStreamEvent(value: unknown): value is StreamEvent {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.some((kind) => kind === value.kind)
}
