// What an operating system's error code means in each phase.

import type { NamedDetail } from '../../domain/diagnosis/details.ts'

/** Errors of our own machine: no descriptors, no memory, no ports left. Never charged to a webhook. */
const ownTrouble: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN'])

/** Says whether an error is trouble of our own machine. */
export function isOwnTrouble(errorCode: string, address: string): boolean {
  // No free local port; with IPv6 it means that this machine has no IPv6 address to dial from.
  return ownTrouble.has(errorCode) || (errorCode === 'EADDRNOTAVAIL' && !address.includes(':'))
}

/**
 * Names why no connection was established.
 * @param errorCode `undefined` if no one answered in time
 */
export function nameConnectFault(errorCode: string | undefined): NamedDetail {
  switch (errorCode) {
    case undefined:
    case 'ETIMEDOUT':
      return 'connect_timeout'
    case 'ECONNREFUSED':
      return 'connection_refused'
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return 'reset_before_response'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return 'host_unreachable'
    case 'EACCES':
    case 'EPERM':
      return 'administratively_prohibited'
    default:
      return 'local_route_error'
  }
}

/** Names why a connection broke while the answer was awaited. */
export function nameExchangeFault(errorCode: string, hasHead: boolean): NamedDetail {
  if (hasHead) return 'body_truncated'
  // EPIPE is what the kernel says when the other side had closed in good order before it reset.
  if (errorCode === 'EPIPE') return 'closed_before_response'
  return errorCode === 'ETIMEDOUT' ? 'response_timeout' : 'reset_before_response'
}
