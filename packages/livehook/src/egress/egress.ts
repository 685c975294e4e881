// The room's front door: who may be dialled and how much is read, in one object with a life.

import { assert } from '../domain/assert.ts'
import type { EgressPolicy } from '../domain/egress/policy.ts'
import type { EgressProxy } from '../domain/egress/proxy.ts'
import { explainRefusal, isUrlReason } from '../domain/egress/reasons.ts'
import { judgeUrlText } from '../domain/egress/url.ts'
import type { UrlTextVerdict } from '../domain/egress/url.ts'
import type { Outcome } from '../domain/diagnosis/outcome.ts'
import { displayText } from '../domain/diagnosis/shell-word.ts'
import { AttemptTrace } from './exchange/attempt-trace.ts'
import { OpenNames } from './dial/dial.ts'
import { exchange, lookUp } from './exchange/exchange.ts'
import type { ExchangeParts } from './exchange/exchange.ts'
import { HaltRegistry } from './exchange/halt.ts'
import { ConnectionPool } from './exchange/pool.ts'
import { createOwnRoute, ownReceiverUrl } from './own-receiver.ts'
import type { OwnReceiver } from './own-receiver.ts'
import type { Egress } from './port.ts'
import { RequestBytesError } from './exchange/request-bytes.ts'
import { createResolver } from './dial/resolver.ts'
import { createTlsContexts, findTlsProblem } from './dial/tls-context.ts'

export interface EgressDeps {
  readonly policy: EgressPolicy
  /** DNS servers to ask (`10.0.0.2`, `127.0.0.1:5353`); none means the system's. */
  readonly dnsServers: readonly string[]
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Certificates of further authorities, as PEM, beside the public ones. */
  readonly extraCertificates?: readonly string[]
  /** The operator's proxy, through which everything but loopback leaves. */
  readonly proxy?: EgressProxy | undefined
  /** The service's own receiver, which one URL leads to; without one that URL leads nowhere. */
  readonly ownReceiver?: OwnReceiver
}

export interface GuardedEgress extends Egress {
  /** Replaces the rules. Idle connections are judged again before they are used, attempts under way end as they began. */
  setPolicy(policy: EgressPolicy): void
}

/** How many URLs' text verdicts are kept at hand. */
const maxVerdicts = 10_000

/**
 * Opens the only way out of the service.
 * @throws {TypeError} `ERR_INVALID_IP_ADDRESS` if a DNS server's address cannot be read
 */
export function createEgress(deps: EgressDeps): GuardedEgress {
  let { policy } = deps
  let verdicts = new Map<string, UrlTextVerdict>()
  const halts = new HaltRegistry()
  const ownRoute = deps.ownReceiver === undefined ? undefined : createOwnRoute(deps.ownReceiver)
  const ownRouteOf = (url: string) => (url === ownReceiverUrl ? ownRoute : undefined)
  const parts: ExchangeParts = {
    pool: new ConnectionPool(),
    resolver: createResolver(deps.dnsServers),
    tlsContexts: createTlsContexts(deps.extraCertificates ?? []),
    proxy: deps.proxy,
    openNames: new OpenNames(),
  }
  const judge = (url: string): UrlTextVerdict => {
    const known = verdicts.get(url)
    if (known !== undefined) return known
    if (verdicts.size >= maxVerdicts) verdicts = new Map()
    const verdict = judgeUrlText(url, policy)
    verdicts.set(url, verdict)
    return verdict
  }
  return {
    judgeUrl: (url) => {
      if (ownRouteOf(url) !== undefined) return { kind: 'allowed' }
      const verdict = judgeUrlText(url, policy)
      if (verdict.kind === 'allowed') return { kind: 'allowed' }
      const { en } = explainRefusal(verdict.reason, displayText(hostOf(url)))
      return { ...verdict, advice: isUrlReason(verdict.reason) ? en : `Access to the webhook URL times out: ${en}` }
    },
    findTlsProblem,
    exchange: async (request) => {
      const trace = new AttemptTrace(request.onPhase)
      const startedAt = deps.now()
      const own = ownRouteOf(request.url)
      const verdict = own === undefined ? judge(request.url) : undefined
      if (verdict?.kind === 'denied') return refusedByText(verdict, trace, startedAt)
      const halt = halts.begin(request.timeoutMs, request.signal)
      try {
        const route = verdict === undefined ? await own?.() : { target: verdict.target, policy }
        assert(route !== undefined, 'a URL that is not the own receiver’s was judged')
        return await exchange(parts, { request, ...route, halt, trace, startedAt })
      } catch (error) {
        return internal(error, trace, startedAt)
      } finally {
        halt.release()
      }
    },
    lookUp: async (url, timeoutMs) => {
      if (ownRouteOf(url) !== undefined) return undefined
      const trace = new AttemptTrace()
      const startedAt = deps.now()
      const verdict = judge(url)
      if (verdict.kind === 'denied') return refusedByText(verdict, trace, startedAt)
      const halt = halts.begin(timeoutMs, undefined)
      try {
        return await lookUp(parts, { target: verdict.target, policy, halt, trace, startedAt })
      } catch (error) {
        return internal(error, trace, startedAt)
      } finally {
        halt.release()
      }
    },
    closePool: (pool) => parts.pool.closePool(pool),
    close: async () => {
      halts.haltAll()
      parts.pool.close()
    },
    setPolicy: (next) => {
      policy = next
      verdicts = new Map()
      // What was open under other rules says nothing about a name that turns inwards.
      parts.openNames.clear()
    },
  }
}

function refusedByText(
  verdict: UrlTextVerdict & { readonly kind: 'denied' },
  trace: AttemptTrace,
  startedAt: number,
): Outcome {
  trace.note({ reason: verdict.reason })
  const durationMs = trace.finish(false)
  return { kind: 'refused', reason: verdict.reason, evidence: trace.full(undefined), startedAt, durationMs }
}

/** A bug of ours must not take the engine's loop with it, and is no failure of the webhook. */
function internal(error: unknown, trace: AttemptTrace, startedAt: number): Outcome {
  // Only our own errors' texts: another's may quote the request.
  trace.note({ note: error instanceof RequestBytesError ? error.message : `unexpected ${nameOf(error)}` })
  const durationMs = trace.finish(false)
  return { kind: 'ours', code: 'internal', evidence: trace.full(undefined), startedAt, durationMs }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url
}
