// A delivery as lists and the live stream show it, made from what the engine has in hand, without asking the store.

import type { AcceptRequest, AcceptResult, AttemptRecord, ClaimedDelivery, SettleMove } from '../../store/port/flow.ts'
import { subjectOf } from '../../domain/delivery/subject.ts'
import type { DeliverySummary } from '../../store/port/deliveries.ts'

/** The delivery right after the commit that accepted its event. */
export function summaryAfterAccept(
  request: AcceptRequest,
  result: AcceptResult & { readonly kind: 'accepted' },
  index: number,
): DeliverySummary {
  const target = request.deliveries[index]
  const leased = target?.leaseUntil !== undefined
  return {
    deliveryId: result.deliveryIds[index] ?? '',
    eventId: result.eventId,
    webhookId: target?.webhookId ?? '',
    sdkAppId: request.sdkAppId,
    command: request.command,
    ...subjectMember(request.command, request.body),
    state: leased ? 'claimed' : 'pending',
    reason: null,
    createdAt: request.acceptedAt,
    dueAt: leased ? null : request.acceptedAt,
    attempts: 0,
    lastAttempt: null,
  }
}

/** The delivery right after an attempt was settled. */
export function summaryAfterAttempt(
  delivery: ClaimedDelivery,
  attempt: AttemptRecord,
  move: SettleMove,
): DeliverySummary {
  const { number, startedAt, durationMs, symptom, detail, status } = attempt
  return {
    deliveryId: delivery.deliveryId,
    eventId: delivery.eventId,
    webhookId: delivery.webhookId,
    sdkAppId: delivery.sdkAppId,
    command: delivery.command,
    ...subjectMember(delivery.command, delivery.body),
    state: move.kind,
    reason: 'reason' in move ? move.reason : null,
    createdAt: delivery.acceptedAt,
    dueAt: move.kind === 'pending' ? move.dueAt : null,
    attempts: number,
    lastAttempt: { number, startedAt, durationMs, symptom, detail, status },
  }
}

/** Parses the body: only for anyone who watches. */
function subjectMember(command: string, body: Uint8Array): { subject?: string } {
  const subject = subjectOf(command, body)
  return subject === undefined ? {} : { subject }
}
