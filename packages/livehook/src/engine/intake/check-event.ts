// Checks that events and asks share: the client's address and platform, and the body of an app's own command.

import { isOptPlatform, optPlatforms } from '@livehook/protocol/node'
import { isIP } from 'node:net'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { CustomCommands } from '../kept/custom-commands.ts'

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
  /** The decision on the *before* event that this one follows: if it was not let pass, this one is refused. */
  readonly decisionId?: string
}

/**
 * Holds the body of an app's own command against its schema. A command of the catalogue costs one look into a map.
 * @param onSteps told how much work a schema was
 * @throws ServiceError `body_mismatch`
 */
export function requireFittingBody(
  customs: Pick<CustomCommands, 'get'>,
  event: Pick<IncomingEvent, 'sdkAppId' | 'command' | 'body'> & { readonly place: number | null },
  onSteps?: (steps: number) => void,
): void {
  const fault = customs.get(event.sdkAppId, event.command)?.checkBody?.(event.body, onSteps)
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

/** Quotes what the sender wrote in an error message, cut to 128 characters. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 128 ? `${text.slice(0, 128)}…` : text)
}

export function pointer(place: number | null, path: string): string {
  return place === null ? path.replace(/^\/body/, '') : `/${place}${path}`
}

/** Lines are counted from 1, as editors do. */
export function lineOf(place: number | null): string {
  return place === null ? '' : ` (line ${place + 1}; nothing of the batch was kept)`
}
