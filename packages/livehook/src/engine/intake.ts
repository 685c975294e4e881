// Events as a sender hands them in: checked, completed (CallbackCommand, EventTime), kept.
// Known? Of the right phase? Well-formed? Only then does anything reach the store.

import { completeBody, isOptPlatform, optPlatforms } from '@livehook/protocol/node'
import { findCommand, suggestCommands } from '@livehook/protocol/catalogue'
import { isIP } from 'node:net'
import { ServiceError } from '../domain/service-error.ts'
import type { AcceptResult, Store } from '../store/port.ts'
import { StoreError } from '../store/port.ts'
import type { Deliverer, EventToKeep } from './deliver.ts'

/** One event as it comes in. */
export interface IncomingEvent {
  readonly sdkAppId: number
  readonly command: string
  /** The webhook's body, as bytes. */
  readonly body: Uint8Array
  /** Address of the client whose action caused the event. */
  readonly clientIp: string
  /** That client's platform, one of the wire's words. */
  readonly optPlatform: string
  readonly traceparent?: string
  readonly idempotencyKey?: string
}

export interface IntakeDeps {
  readonly deliverer: Pick<Deliverer, 'accept'>
  readonly store: Pick<Store, 'getApp'>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

export interface Intake {
  /**
   * Keeps all events of a batch, or none. Resolves once they are committed and synced (I1).
   * @throws ServiceError naming what is wrong with which event; `store_unavailable` where the store cannot take them
   */
  accept(batch: readonly IncomingEvent[]): Promise<readonly AcceptResult[]>
  /** Whether new events are refused because the service is stopping. */
  stopping: boolean
}

export function createIntake(deps: IntakeDeps): Intake {
  // Apps are never renumbered and there is no route that removes one, so "exists" may be remembered.
  const knownApps = new Set<number>()

  const requireApp = async (sdkAppId: number): Promise<void> => {
    if (knownApps.has(sdkAppId)) return
    if ((await deps.store.getApp(sdkAppId)) === undefined) {
      throw new ServiceError('not_found', `There is no app ${sdkAppId}. GET /v1/apps lists the apps.`)
    }
    knownApps.add(sdkAppId)
  }

  const intake: Intake = {
    stopping: false,
    async accept(batch) {
      if (intake.stopping) {
        throw new ServiceError('stopping', 'The service is stopping; send the event again in a moment.', {
          retryAfterSeconds: 5,
        })
      }
      const at = deps.now()
      const events = batch.map((event, index) =>
        checkEvent(deps, { event, at, place: batch.length > 1 ? index : null }),
      )
      for (const sdkAppId of new Set(batch.map((event) => event.sdkAppId))) await requireApp(sdkAppId)
      try {
        return await deps.deliverer.accept(events)
      } catch (error) {
        throw error instanceof StoreError ? storeTrouble(error) : error
      }
    },
  }
  return intake
}

/** What a failing store means to whoever asked: come again, nothing was kept. */
export function storeTrouble(error: StoreError): ServiceError {
  switch (error.code) {
    case 'not_found':
      return new ServiceError('not_found', error.message, { cause: error })
    case 'invalid_cursor':
      return new ServiceError('invalid_cursor', 'Leave the cursor out to start again from the newest.', {
        cause: error,
      })
    case 'store_unavailable':
    case 'store_in_use':
    case 'store_too_new':
      return new ServiceError('store_unavailable', 'Nothing of this request was kept; send it again in a moment.', {
        retryAfterSeconds: 2,
        cause: error,
      })
    default:
      throw error
  }
}

function checkEvent(
  deps: Pick<IntakeDeps, 'sha256'>,
  work: { readonly event: IncomingEvent; readonly at: number; readonly place: number | null },
): EventToKeep {
  const { event, at, place } = work
  checkCommand(event.command, place)
  checkClient(event, place)
  const completed = completeBody(event.body, { command: event.command, eventTime: at })
  if (completed.kind === 'refused') {
    throw new ServiceError(completed.code, `${completed.detail}${lineOf(place)}`, {
      errors: [{ pointer: pointer(place, '/body'), detail: completed.detail }],
    })
  }
  return {
    sdkAppId: event.sdkAppId,
    command: event.command,
    clientIp: event.clientIp,
    optPlatform: event.optPlatform,
    body: completed.bytes,
    acceptedAt: at,
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    ...(event.idempotencyKey === undefined
      ? {}
      : // The bytes as they came: those that leave carry the time of acceptance, which is never the same twice.
        { idempotency: { key: event.idempotencyKey, bodyHash: deps.sha256(event.body) } }),
  }
}

function checkCommand(word: string, place: number | null): void {
  const command = findCommand(word)
  if (command === undefined) {
    const near = suggestCommands(word)
    const hint = near.length === 0 ? 'docs/commands.md lists the commands.' : `Did you mean ${near.join(' or ')}?`
    const detail = `There is no command ${JSON.stringify(word)}. ${hint}`
    throw new ServiceError('unknown_command', `${detail}${lineOf(place)}`, {
      errors: [{ pointer: place === null ? '?command' : pointer(place, '/command'), detail }],
    })
  }
  if (command.phase === 'before') {
    throw new ServiceError(
      'before_command',
      `${word} happens before something and waits for a verdict, so it cannot be posted as an event.${lineOf(place)}`,
    )
  }
}

function checkClient(event: IncomingEvent, place: number | null): void {
  if (isIP(event.clientIp) === 0) {
    const detail = `clientIp must be an IPv4 or IPv6 address, not ${JSON.stringify(event.clientIp)}.`
    throw new ServiceError('invalid_request', `${detail}${lineOf(place)}`, {
      errors: [{ pointer: place === null ? '?clientIp' : pointer(place, '/clientIp'), detail }],
    })
  }
  if (!isOptPlatform(event.optPlatform)) {
    const detail = `optPlatform must be one of ${optPlatforms.join(', ')}, not ${JSON.stringify(event.optPlatform)}.`
    throw new ServiceError('invalid_request', `${detail}${lineOf(place)}`, {
      errors: [{ pointer: place === null ? '?optPlatform' : pointer(place, '/optPlatform'), detail }],
    })
  }
}

function pointer(place: number | null, path: string): string {
  return place === null ? path.replace(/^\/body/, '') : `/${place}${path}`
}

/** Lines are counted from 1, as editors do. */
function lineOf(place: number | null): string {
  return place === null ? '' : ` (line ${place + 1}; nothing of the batch was kept)`
}
