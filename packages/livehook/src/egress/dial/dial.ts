// From a judged URL to a connection: resolve, judge every answer, connect to a judged address, check that this is where
// the socket ended, then TLS. The address that was judged is the address that was dialled, for literals too (I4).

import type { Socket } from 'node:net'
import { judgeAddress, judgeAnswers, localhostAddresses } from '../../domain/egress/policy.ts'
import type { EgressProxy } from '../../domain/egress/proxy.ts'
import { refusalEvidence } from '../exchange/attempt-trace.ts'
import { Connection } from '../exchange/connection.ts'
import type { ConnectionFacts } from '../exchange/connection.ts'
import { reach } from './reach.ts'
import type { Allowed, DialWork, NotDialled } from './reach.ts'
import type { NameResolver } from './resolver.ts'
import { secure } from './secure.ts'
import type { TlsContexts } from './tls-context.ts'

export type Dialled = { readonly kind: 'connected'; readonly connection: Connection } | NotDialled

export interface DialParts {
  readonly resolver: NameResolver
  readonly tlsContexts: TlsContexts
  /** Everything but loopback goes through it, if there is one. */
  readonly proxy: EgressProxy | undefined
  /** Names that had open addresses under these very rules. */
  readonly openNames: OpenNames
}

/** Makes a connection. Never rejects. */
export async function dial(parts: DialParts, work: DialWork): Promise<Dialled> {
  const { target, policy, trace } = work
  const found = await findAddresses(parts, work)
  if (found.kind !== 'allowed') return found
  trace.enter('connect')
  const reached = await reach(parts.proxy, found, work)
  if (reached.kind !== 'reached') return reached
  const { socket, inbox, facts } = reached
  if (target.scheme === 'http') return { kind: 'connected', connection: new Connection(socket, facts, policy, inbox) }
  return dialTls(parts, work, { socket, facts })
}

async function dialTls(
  parts: DialParts,
  { target, tls, policy, halt, trace }: DialWork,
  { socket, facts }: { readonly socket: Socket; readonly facts: ConnectionFacts },
): Promise<Dialled> {
  trace.enter('tls')
  const secured = await secure({ socket, host: target.host, context: parts.tlsContexts.of(tls), halt })
  if (secured.kind === 'halted') {
    trace.facts = facts
    return secured
  }
  const certificate = secured.certificate === undefined ? {} : { certificate: secured.certificate }
  if (secured.kind === 'failed') {
    trace.facts = { ...facts, ...certificate }
    trace.note({ errorCode: secured.errorCode })
    return { kind: 'broken', phase: 'tls', code: secured.code }
  }
  const tlsFacts = { ...facts, tlsProtocol: secured.protocol, ...certificate }
  return { kind: 'connected', connection: new Connection(secured.socket, tlsFacts, policy) }
}

type Found = Allowed | NotDialled

/** Resolves the name and judges every answer; what is left may be dialled. Never rejects. */
export async function findAddresses(
  parts: Pick<DialParts, 'resolver' | 'openNames'>,
  work: Pick<DialWork, 'target' | 'policy' | 'halt' | 'trace'>,
): Promise<Found> {
  const { target, policy, halt, trace } = work
  if (target.kind === 'localhost') return { kind: 'allowed', dial: localhostAddresses(policy), facts: {} }
  if (target.kind === 'address') {
    const verdict = judgeAddress(target.host, policy)
    if (verdict.kind === 'allowed') return { kind: 'allowed', dial: [verdict.dial], facts: {} }
    trace.note(refusalEvidence(verdict.reason, target.host))
    return { kind: 'refused', reason: verdict.reason }
  }
  trace.enter('resolve')
  const resolution = await parts.resolver.resolve(target.host, halt)
  const { resolver } = resolution
  trace.note({ resolver })
  if (resolution.kind === 'halted') return resolution
  if (resolution.kind === 'failed') {
    if (resolution.errorCode !== undefined) trace.note({ errorCode: resolution.errorCode })
    return { kind: 'broken', phase: 'resolve', code: resolution.code }
  }
  const { addresses } = resolution
  trace.note({ addresses })
  const verdict = judgeAnswers(addresses, policy)
  if (verdict.kind === 'allowed') {
    parts.openNames.add(target.host)
    return { kind: 'allowed', dial: verdict.dial, facts: { addresses, resolver } }
  }
  const isRebound = verdict.reason !== 'mixed_answers' && parts.openNames.has(target.host)
  const reason = isRebound ? 'rebind' : verdict.reason
  trace.note(refusalEvidence(reason, verdict.address))
  return { kind: 'refused', reason }
}

/** How many names are remembered. */
const maxNames = 10_000

/** Remembers which names had open addresses, so that one that turns inwards later can be told from one that always was. */
export class OpenNames {
  readonly #names = new Set<string>()

  has(name: string): boolean {
    return this.#names.has(name)
  }

  add(name: string): void {
    if (this.#names.has(name)) return
    if (this.#names.size >= maxNames) {
      const [oldest] = this.#names
      if (oldest !== undefined) this.#names.delete(oldest)
    }
    this.#names.add(name)
  }

  clear(): void {
    this.#names.clear()
  }
}
