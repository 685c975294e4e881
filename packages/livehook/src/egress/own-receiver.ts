// The one URL that leads to this service itself: its built-in receiver, for a first event before there is any other.
// It is told by its whole text, so that no other path, query or port of this machine is opened by it; the connection is
// then dialled by the same code under rules that allow one address, and to the port of that receiver alone (I4).

import { parseEgressPolicy } from '../domain/egress/policy.ts'
import type { EgressPolicy } from '../domain/egress/policy.ts'
import type { UrlTarget } from '../domain/egress/url.ts'

/** A name that no DNS has (RFC 6761): no one else can be meant by it, and a service that has no receiver refuses it. */
export const ownReceiverUrl = 'http://receiver.livehook.invalid/hook'

const { host: authority, origin } = new URL(ownReceiverUrl)

export interface OwnReceiver {
  /** Begins to listen on 127.0.0.1, once. @returns the port */
  open(): Promise<number>
}

export interface OwnRoute {
  readonly target: UrlTarget
  readonly policy: EgressPolicy
}

/** @returns the way to the receiver, for a request whose URL is `ownReceiverUrl` and no other */
export function createOwnRoute(receiver: OwnReceiver): () => Promise<OwnRoute> {
  // Always the same object: kept connections are judged by it.
  const policy = parseEgressPolicy({ allow: ['127.0.0.1'] })
  return async () => {
    const port = await receiver.open()
    return { policy, target: { scheme: 'http', host: '127.0.0.1', port, authority, origin, kind: 'address' } }
  }
}
