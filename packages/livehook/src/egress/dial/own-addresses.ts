// Addresses of this machine. A webhook on one of them would drive the service's own API through the service itself.

import { networkInterfaces } from 'node:os'
import { judgeAddress, parseEgressPolicy } from '../../domain/egress/policy.ts'

/**
 * The public addresses on this machine's interfaces, to be closed as `selfAddresses`. Private ones are not among them:
 * they are closed anyway, and an operator who opens their block means it.
 */
export function ownPublicAddresses(): readonly string[] {
  const rules = parseEgressPolicy({ allow: [] })
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .filter((address) => judgeAddress(address, rules).kind === 'allowed')
}
