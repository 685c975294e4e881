// The live stream of one app: server-sent events in, batches out, and whether it stands, in one word.
// A message of the stream is a hint: anyone who was away reads the list again (`onReconnected`).

import type { Delivery, StreamEvent } from 'livehook/contract'

/** `silent`: the connection stands, and nothing comes over it, not even the service's heartbeat. */
export type LiveState = 'connecting' | 'live' | 'silent' | 'reconnecting' | 'offline'

export interface Live {
  readonly state: () => LiveState
  /** When the service last said anything, epoch milliseconds; `undefined` before its first word. */
  readonly lastNewsAt: () => number | undefined
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
  /** Epoch milliseconds. */
  readonly now: () => number
  /** The stream could not be opened: perhaps the session has ended. */
  readonly onRefused: () => void
}

/** Lists are drawn a few times a second at most, however many events there are. */
const batchMs = 200

/** Pauses before each further try; the last one repeats. */
const retryMs = [500, 1000, 2000, 4000, 5000] as const

/** Four heartbeats of the service. */
const silentAfterMs = 20_000
/** A connection may have died without either end hearing of it. */
const reconnectAfterMs = 30_000
const lookEveryMs = 1000

/** From this many failures in a row on, the service counts as away. */
const failuresUntilOffline = 3

const kinds = [
  'accepted',
  'settled',
  'moved',
  'decided',
  'webhook_changed',
  'breaker',
  'app_created',
  'heartbeat',
] as const

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
  let lastNewsAt: number | undefined
  let connectedAt = 0
  let lookTimer: number | undefined

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
    hearNews()
    const event = parseStreamEvent(message.data)
    if (event === undefined || event.kind === 'heartbeat') return
    batch.push(event)
    batchTimer ??= window.setTimeout(flush, batchMs)
  }
  const hearNews = () => {
    lastNewsAt = deps.now()
    if (state === 'silent') moveTo('live')
  }
  const look = () => {
    const now = deps.now()
    if (state === 'live' && now - (lastNewsAt ?? now) >= silentAfterMs) moveTo('silent')
    if (state === 'silent' && now - Math.max(lastNewsAt ?? 0, connectedAt) >= reconnectAfterMs) connect()
  }
  const connect = () => {
    window.clearTimeout(retryTimer)
    connectedAt = deps.now()
    source?.close()
    source = deps.openSource(`/v1/stream?sdkAppId=${deps.sdkAppId}`)
    for (const kind of kinds) source.addEventListener(kind, take)
    source.addEventListener('open', onOpen)
    source.addEventListener('error', onError)
  }
  const onOpen = () => {
    failures = 0
    hearNews()
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
    lastNewsAt: () => lastNewsAt,
    onState: (listener) => subscribe(stateListeners, listener),
    onBatch: (listener) => subscribe(batchListeners, listener),
    onReconnected: (listener) => subscribe(reconnectListeners, listener),
    open: () => {
      window.addEventListener('online', connect)
      lookTimer = window.setInterval(look, lookEveryMs)
      connect()
    },
    close: () => {
      window.removeEventListener('online', connect)
      window.clearTimeout(retryTimer)
      window.clearTimeout(batchTimer)
      window.clearInterval(lookTimer)
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
