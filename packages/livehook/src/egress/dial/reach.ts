// From judged addresses to a socket: directly, with a look at where it really ended, or through the operator's proxy.

import type { Socket } from 'node:net'
import { formatAddress, parseAddress } from '../../domain/egress/address.ts'
import { assertNever } from '../../domain/assert.ts'
import type { NamedDetail } from '../../domain/diagnosis/details.ts'
import type { EgressPolicy, EgressReason } from '../../domain/egress/policy.ts'
import { nameOfProxy } from '../../domain/egress/proxy.ts'
import type { EgressProxy } from '../../domain/egress/proxy.ts'
import type { UrlTarget } from '../../domain/egress/url.ts'
import type { Phase } from '../../domain/diagnosis/outcome.ts'
import type { WebhookTls } from '../../domain/webhook/tls.ts'
import { refusalEvidence } from '../exchange/attempt-trace.ts'
import type { AttemptTrace } from '../exchange/attempt-trace.ts'
import { connectToAny } from './connect.ts'
import type { ConnectionFacts } from '../exchange/connection.ts'
import type { Halt } from '../exchange/halt.ts'
import type { Inbox } from '../exchange/inbox.ts'
import { isOwnTrouble, nameConnectFault } from './socket-faults.ts'
import { openTunnel } from './tunnel.ts'

/** Why there is no connection. What was learnt is in the trace. */
export type NotDialled =
  | { readonly kind: 'refused'; readonly reason: EgressReason }
  | { readonly kind: 'broken'; readonly phase: Phase; readonly code: NamedDetail }
  | { readonly kind: 'ours'; readonly code: 'overloaded' | 'proxy_failed' }
  | { readonly kind: 'halted' }

export interface DialWork {
  readonly target: UrlTarget
  readonly tls: WebhookTls | null | undefined
  readonly policy: EgressPolicy
  readonly halt: Halt
  readonly trace: AttemptTrace
}

export interface Allowed {
  readonly kind: 'allowed'
  readonly dial: readonly string[]
  readonly facts: Pick<ConnectionFacts, 'addresses' | 'resolver'>
}

export type Reached =
  | {
      readonly kind: 'reached'
      readonly socket: Socket
      readonly inbox: Inbox | undefined
      readonly facts: ConnectionFacts
    }
  | NotDialled

/**
 * Connects to a judged address, directly or through the operator's proxy. Never rejects.
 * @param found addresses that were judged, at least one
 */
export function reach(proxy: EgressProxy | undefined, found: Allowed, work: DialWork): Promise<Reached> {
  if (proxy === undefined) return reachDirectly(found, work)
  // Loopback is this machine. To a proxy it would be the proxy's own.
  const dial = found.dial.filter((address) => !isLoopback(address))
  return dial.length === 0 ? reachDirectly(found, work) : reachThroughProxy(proxy, { ...found, dial }, work)
}

async function reachDirectly(found: Allowed, { target, halt, trace }: DialWork): Promise<Reached> {
  const hasInbox = target.scheme === 'http'
  const connected = await connectToAny({ addresses: found.dial, port: target.port, hasInbox, halt })
  trace.note({ dialled: withPort(connected.address, target.port) })
  if (connected.kind === 'halted') return connected
  if (connected.kind === 'failed') {
    const { errorCode, address } = connected
    if (errorCode !== undefined) trace.note({ errorCode })
    if (errorCode !== undefined && isOwnTrouble(errorCode, address)) return { kind: 'ours', code: 'overloaded' }
    return { kind: 'broken', phase: 'connect', code: nameConnectFault(errorCode) }
  }
  const { socket, inbox, address } = connected
  const remoteAddress = socket.remoteAddress
  if (remoteAddress === undefined) {
    // It was reset between the kernel's "connected" and ours.
    socket.destroy()
    trace.note({ errorCode: 'ECONNRESET' })
    return { kind: 'broken', phase: 'connect', code: 'reset_before_response' }
  }
  if (!isSame(remoteAddress, address)) {
    socket.destroy()
    trace.note(refusalEvidence('rebind', remoteAddress))
    return { kind: 'refused', reason: 'rebind' }
  }
  const facts = {
    dialled: withPort(address, target.port),
    local: withPort(socket.localAddress ?? '', socket.localPort ?? 0),
    remoteAddress: address,
    ...found.facts,
  }
  return { kind: 'reached', socket, inbox, facts }
}

async function reachThroughProxy(proxy: EgressProxy, found: Allowed, work: DialWork): Promise<Reached> {
  const { target, halt, trace } = work
  const proxyName = nameOfProxy(proxy)
  const tunnel = await openTunnel({ proxy, addresses: found.dial, port: target.port, halt })
  const dialled = withPort(tunnel.address, target.port)
  trace.note({ dialled, proxy: proxyName })
  switch (tunnel.kind) {
    case 'open': {
      const { socket, address } = tunnel
      const local = withPort(socket.localAddress ?? '', socket.localPort ?? 0)
      const facts = { dialled, local, remoteAddress: address, proxy: proxyName, ...found.facts }
      return { kind: 'reached', socket, inbox: undefined, facts }
    }
    case 'unreachable':
      trace.note({ errorCode: tunnel.errorCode })
      return { kind: 'broken', phase: 'connect', code: tunnel.isTimeout ? 'connect_timeout' : 'host_unreachable' }
    case 'proxy_failed':
      trace.note({ errorCode: tunnel.errorCode })
      return { kind: 'ours', code: isOwnTrouble(tunnel.errorCode, '') ? 'overloaded' : 'proxy_failed' }
    case 'halted':
      return { kind: 'halted' }
    default:
      return assertNever(tunnel)
  }
}

/** @param address as the policy wrote it */
function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

function isSame(left: string, right: string): boolean {
  const [one, other] = [parseAddress(left), parseAddress(right)]
  return one !== undefined && other !== undefined && formatAddress(one) === formatAddress(other)
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
