// Events as a sender hands them in: checked, completed (CallbackCommand, EventTime), kept.
// Known? Of the right phase? Well-formed? Only then does anything reach the store.

import { completeBody, isOptPlatform, optPlatforms } from '@livehook/protocol/node'
import { findCommand, followsFrom, readEvent } from '@livehook/protocol/catalogue'
import { isIP } from 'node:net'
import { ServiceError } from '../domain/service-error.ts'
import type { AcceptResult } from '../store/port.ts'
import { StoreError } from '../store/port.ts'
import type { CustomCommands } from './custom-commands.ts'
import { commandOf, hintFor } from './custom-commands.ts'
import type { DecisionRecorder } from './decision-recorder.ts'
import type { Deliverer, EventToKeep } from './deliver.ts'
import type { KnownApps } from './known-apps.ts'

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
  /** The decision on the *before* event that this one follows: where it was not let pass, this one is refused. */
  readonly decisionId?: string
}

export interface IntakeDeps {
  readonly deliverer: Pick<Deliverer, 'accept'>
  readonly apps: Pick<KnownApps, 'has' | 'require'>
  readonly customs: Pick<CustomCommands, 'get' | 'ofApp'>
  /** Finds what came of an ask, for an event that follows one. */
  readonly decisions: Pick<DecisionRecorder, 'find'>
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
  /** How many events of which app were committed since the start. */
  readonly accepted: ReadonlyMap<number, number>
  /** Whether new events are refused because the service is stopping. */
  stopping: boolean
}

export function createIntake(deps: IntakeDeps): Intake {
  const accepted = new Map<number, number>()
  const intake: Intake = {
    accepted,
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
      for (const [index, { sdkAppId }] of batch.entries()) {
        if (sdkAppId !== batch[index - 1]?.sdkAppId && !deps.apps.has(sdkAppId)) await deps.apps.require(sdkAppId)
      }
      for (const [index, event] of batch.entries()) {
        if (event.decisionId !== undefined) await refuseDenied(deps, event, batch.length > 1 ? index : null)
      }
      try {
        const results = await deps.deliverer.accept(events)
        countAccepted(accepted, events, results)
        return results
      } catch (error) {
        throw error instanceof StoreError ? storeTrouble(error) : error
      }
    },
  }
  return intake
}

function countAccepted(
  accepted: Map<number, number>,
  events: readonly EventToKeep[],
  results: readonly AcceptResult[],
): void {
  for (const [index, { sdkAppId }] of events.entries()) {
    if (results[index]?.kind === 'accepted') accepted.set(sdkAppId, (accepted.get(sdkAppId) ?? 0) + 1)
  }
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
  deps: Pick<IntakeDeps, 'sha256' | 'customs'>,
  work: { readonly event: IncomingEvent; readonly at: number; readonly place: number | null },
): EventToKeep {
  const { event, at, place } = work
  checkCommand(deps.customs, event, place)
  checkClient(event, place)
  const completed = completeBody(event.body, { command: event.command, eventTime: at })
  if (completed.kind === 'refused') {
    throw new ServiceError(completed.code, `${completed.detail}${lineOf(place)}`, {
      errors: [{ pointer: pointer(place, '/body'), detail: completed.detail }],
    })
  }
  requireFittingBody(deps.customs, { ...event, body: completed.bytes, place })
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

/** An event cannot have happened whose *before* event was denied or dropped. Only a decision that is known can say so. */
async function refuseDenied(
  deps: Pick<IntakeDeps, 'decisions'>,
  event: IncomingEvent,
  place: number | null,
): Promise<void> {
  const decision = await deps.decisions.find(event.decisionId ?? '')
  if (decision === undefined || decision.sdkAppId !== event.sdkAppId || decision.matching === null) return
  const before = findCommand(decision.command)
  const after = readEvent(event.command, event.body)
  if (before === undefined || after.kind !== 'event') return
  if (!followsFrom({ command: before, body: decision.matching }, after)) return
  const passed = decision.verdict === 'drop' ? 'dropped' : 'denied'
  throw new ServiceError(
    'before_denied',
    `${decision.command} was ${passed} by decision ${decision.decisionId}, so ${event.command} cannot have followed it.${lineOf(place)}`,
  )
}

function checkCommand(
  customs: IntakeDeps['customs'],
  { sdkAppId, command: word }: Pick<IncomingEvent, 'sdkAppId' | 'command'>,
  place: number | null,
): void {
  const command = commandOf(customs, sdkAppId, word)
  if (command === undefined) {
    const detail = `There is no command ${shown(word)}. ${hintFor(customs, sdkAppId, word)}`
    throw new ServiceError('unknown_command', `${detail}${lineOf(place)}`, {
      errors: [{ pointer: place === null ? '?command' : pointer(place, '/command'), detail }],
    })
  }
  if (command.phase === 'before') {
    throw new ServiceError(
      'before_command',
      `${word} happens before something and waits for a verdict, so it is asked (POST …/asks) and cannot be posted as an event.${lineOf(place)}`,
    )
  }
}

/**
 * Holds the body of an app's own command against its schema. A command of the catalogue costs one look into a map.
 * @throws ServiceError `body_mismatch`
 */
export function requireFittingBody(
  customs: Pick<CustomCommands, 'get'>,
  event: Pick<IncomingEvent, 'sdkAppId' | 'command' | 'body'> & { readonly place: number | null },
): void {
  const fault = customs.get(event.sdkAppId, event.command)?.checkBody?.(event.body)
  if (fault === undefined) return
  const where = fault.pointer === '' ? 'The body' : fault.pointer
  throw new ServiceError('body_mismatch', `${where} ${fault.detail}.${lineOf(event.place)}`, {
    errors: [{ pointer: pointer(event.place, `/body${fault.pointer}`), detail: fault.detail }],
  })
}

export function checkClient(event: Pick<IncomingEvent, 'clientIp' | 'optPlatform'>, place: number | null): void {
  // An address with a zone (`fe80::1%eth0`) means something on one machine only.
  if (isIP(event.clientIp) === 0 || event.clientIp.includes('%')) {
    const detail = `clientIp must be an IPv4 or IPv6 address, not ${shown(event.clientIp)}.`
    throw new ServiceError('invalid_request', `${detail}${lineOf(place)}`, {
      errors: [{ pointer: place === null ? '?clientIp' : pointer(place, '/clientIp'), detail }],
    })
  }
  if (!isOptPlatform(event.optPlatform)) {
    const detail = `optPlatform must be one of ${optPlatforms.join(', ')}, not ${shown(event.optPlatform)}.`
    throw new ServiceError('invalid_request', `${detail}${lineOf(place)}`, {
      errors: [{ pointer: place === null ? '?optPlatform' : pointer(place, '/optPlatform'), detail }],
    })
  }
}

/** A word of the sender's as it is told back: all of it where it is as long as words are. */
function shown(text: string): string {
  return JSON.stringify(text.length > 128 ? `${text.slice(0, 128)}…` : text)
}

function pointer(place: number | null, path: string): string {
  return place === null ? path.replace(/^\/body/, '') : `/${place}${path}`
}

/** Lines are counted from 1, as editors do. */
function lineOf(place: number | null): string {
  return place === null ? '' : ` (line ${place + 1}; nothing of the batch was kept)`
}
