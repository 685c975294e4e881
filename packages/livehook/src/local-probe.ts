// The composition root of a probe without a service: the guard, the exchange and the stages of a running service, put
// together for one question from this machine.

import type { Spelling } from '@livehook/protocol'
import { parseEgressPolicy } from './domain/egress/policy.ts'
import type { EgressProxy } from './domain/egress/proxy.ts'
import { webhookDefaults } from './domain/webhook/webhook.ts'
import { createEgress } from './egress/egress.ts'
import { ownPublicAddresses } from './egress/dial/own-addresses.ts'
import { createProber } from './engine/probe/probe.ts'
import type { Probe, ProbeStage } from './http/contract/contract.ts'
import { presentProbe, presentProbeStage } from './http/present/present.ts'

/** There is no app here that could have commands of its own. */
const noCustoms = { get: () => undefined, ofApp: () => [] }

export interface LocalProbe {
  readonly url: string
  /** Newest first; none if nothing is to be signed. */
  readonly tokens: readonly string[]
  readonly command: string | undefined
  readonly sdkAppId: number
  readonly spelling: Spelling
  readonly timeoutMs: number
  /** CIDRs that may be dialled although they are not public. */
  readonly egressAllow: readonly string[]
  /** The proxy through which the service would call it. */
  readonly proxy: EgressProxy | undefined
  /** Resolver addresses; none means the system's. */
  readonly dns: readonly string[]
  readonly version: string
  /** Hears of each stage as it ends. */
  readonly onStage: (stage: ProbeStage) => void
  /** Ends the probe early. */
  readonly signal: AbortSignal
}

/**
 * Asks a URL step by step, as the service on this machine would.
 * @throws EgressPolicyError if a rule cannot be read, ServiceError `unknown_command`, TypeError `ERR_INVALID_IP_ADDRESS`
 *   if a resolver's address cannot be read
 */
export async function probeFromHere(asked: LocalProbe): Promise<Probe> {
  const policy = parseEgressPolicy({ allow: asked.egressAllow, selfAddresses: ownPublicAddresses() })
  const egress = createEgress({ policy, dnsServers: asked.dns, proxy: asked.proxy, now: Date.now })
  const prober = createProber({
    egress,
    customs: noCustoms,
    now: Date.now,
    random: Math.random,
    version: asked.version,
  })
  const { url, tokens, sdkAppId, spelling, timeoutMs, command, signal } = asked
  const target = { ...webhookDefaults, webhookId: 'here', commands: ['*'], headers: {} }
  try {
    const probe = await prober.probe(
      { ...target, url, tokens, sdkAppId, spelling, timeoutMs },
      { command, signal, onStage: (stage) => asked.onStage(presentProbeStage(stage)) },
    )
    return presentProbe(probe)
  } finally {
    await egress.close()
  }
}
