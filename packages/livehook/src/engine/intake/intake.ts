// Events as a sender hands them in: checked, completed (CallbackCommand, EventTime), kept.
// Known? Of the right phase? Well-formed? Only then does anything reach the store.

import { completeBody } from '@livehook/protocol/node'
import { findCommand, followsFrom, readEvent } from '@livehook/protocol/catalogue'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { AcceptResult } from '../../store/port/flow.ts'
import { StoreError } from '../../store/port/errors.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'
import { commandOf, hintFor } from '../kept/custom-commands.ts'
import type { DecisionRecord } from '../../store/port/decisions.ts'
import type { Deliverer, EventToKeep } from '../deliver/deliver.ts'
import type { IncomingEvent } from './check-event.ts'
import { checkClient, lineOf, pointer, requireFittingBody, shown } from './check-event.ts'
import type { Histogram } from '../../observe/histogram.ts'
import { createHistogram } from '../../observe/histogram.ts'
import { storeTrouble } from './store-trouble.ts'
import type { Turns } from './turns.ts'
import { createTurns } from './turns.ts'
import type { KnownApps } from '../kept/known-apps.ts'
import type { WebhookRegistry } from '../kept/webhook-registry.ts'

export interface IntakeDeps {
  readonly deliverer: Pick<Deliverer, 'accept'>
  readonly apps: Pick<KnownApps, 'has' | 'require'>
  readonly customs: Pick<CustomCommands, 'get' | 'ofApp'>
  readonly webhooks: Pick<WebhookRegistry, 'subscribed'>
  /** Finds what came of an ask, for an event that follows one. */
  readonly decisions: { find(decisionId: string): Promise<DecisionRecord | undefined> }
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Milliseconds of a clock that no one sets. */
  readonly monotonic: () => number
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

export interface Intake {
  /**
   * Keeps all events of a batch, or none. Resolves once they are committed and synced (I1).
   * @throws ServiceError naming what is wrong with which event; `store_unavailable` if the store cannot take them
   */
  accept(batch: readonly IncomingEvent[]): Promise<readonly AcceptResult[]>
  /** How many events of which app were committed since the start. */
  readonly accepted: ReadonlyMap<number, number>
  /** Whether new events are refused because the service is stopping. */
  stopping: boolean
  /** What one turn of the event loop spends on what is handed in. */
  readonly turns: Turns
  /** How long a commit took, from handing events over to their being synced. */
  readonly commits: Histogram
}

/** How many deliveries one request may lead to: they become due in one commit, for which other apps wait. */
export const maxDeliveriesAtOnce = 20_000

export function createIntake(deps: IntakeDeps): Intake {
  const accepted = new Map<number, number>()
  const turns = createTurns()
  const commits = createHistogram()
  const intake: Intake = {
    accepted,
    turns,
    commits,
    stopping: false,
    async accept(batch) {
      if (intake.stopping) {
        throw new ServiceError('stopping', 'The service is stopping; send the event again in a moment.', {
          retryAfterSeconds: 5,
        })
      }
      const at = deps.now()
      const events: EventToKeep[] = []
      for (const [index, event] of batch.entries()) {
        const wait = turns.take(event.body.length)
        if (wait !== undefined) await wait
        events.push(checkEvent({ ...deps, turns }, { event, at, place: batch.length > 1 ? index : null }))
      }
      for (const [index, { sdkAppId }] of batch.entries()) {
        if (sdkAppId !== batch[index - 1]?.sdkAppId && !deps.apps.has(sdkAppId)) await deps.apps.require(sdkAppId)
      }
      // After the checks: the registry remembers what it is asked, and only words that exist may fill it.
      refuseWideFanOut(deps.webhooks, batch)
      for (const [index, event] of batch.entries()) {
        if (event.decisionId !== undefined) await refuseDenied(deps, event, batch.length > 1 ? index : null)
      }
      try {
        const begun = deps.monotonic()
        const results = await deps.deliverer.accept(events)
        commits.note(deps.monotonic() - begun)
        countAccepted(accepted, events, results)
        return results
      } catch (error) {
        throw error instanceof StoreError ? storeTrouble(error) : error
      }
    },
  }
  return intake
}

/** A step of a schema takes as long as reading two or three bytes. */
const unitsPerStep = 2

/** @throws ServiceError `too_many_deliveries` */
function refuseWideFanOut(webhooks: IntakeDeps['webhooks'], batch: readonly IncomingEvent[]): void {
  const counts = new Map<string, number>()
  let deliveries = 0
  for (const { sdkAppId, command } of batch) {
    const key = `${sdkAppId} ${command}`
    const count = counts.get(key) ?? webhooks.subscribed(sdkAppId, command).length
    counts.set(key, count)
    deliveries += count
  }
  if (deliveries <= maxDeliveriesAtOnce) return
  const advice = batch.length > 1 ? 'Send fewer events at once.' : 'Fewer webhooks of the app may take this command.'
  throw new ServiceError(
    'too_many_deliveries',
    `This would make ${deliveries} deliveries; one request makes at most ${maxDeliveriesAtOnce}. Nothing of it was kept. ${advice}`,
  )
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

function checkEvent(
  deps: Pick<IntakeDeps, 'sha256' | 'customs'> & { readonly turns: Turns },
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
  requireFittingBody(deps.customs, { ...event, body: completed.bytes, place }, (steps) => {
    deps.turns.spend(steps * unitsPerStep)
  })
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
