// One request → one outcome, never a throw. Reading order: here, then dial.ts (who is called), connection.ts (one
// request on one connection), response-reader.ts (how much is read), pool.ts (what is used again).

import { assertNever } from '../../domain/assert.ts'
import type { NamedDetail } from '../../domain/diagnosis/details.ts'
import type { Outcome, Phase, SentRequest } from '../../domain/diagnosis/outcome.ts'
import type { UrlTarget } from '../../domain/egress/url.ts'
import type { EgressPolicy } from '../../domain/egress/policy.ts'
import { refusalEvidence } from './attempt-trace.ts'
import type { AttemptTrace } from './attempt-trace.ts'
import type { Carried, CarryListener, Connection } from './connection.ts'
import { dial, findAddresses } from '../dial/dial.ts'
import type { DialParts } from '../dial/dial.ts'
import type { Halt } from './halt.ts'
import type { ConnectionPool } from './pool.ts'
import type { ExchangeRequest, PreparedRequest } from '../port.ts'
import type { NotDialled } from '../dial/reach.ts'
import { writeRequest } from './request-bytes.ts'
import type { ResponseReader } from './response-reader.ts'
import { nameExchangeFault } from '../dial/socket-faults.ts'
import { isTlsCode, nameTlsFault } from '../dial/tls-faults.ts'

export interface ExchangeParts extends DialParts {
  readonly pool: ConnectionPool
}

export interface ExchangeWork {
  readonly request: ExchangeRequest
  readonly target: UrlTarget
  readonly policy: EgressPolicy
  readonly halt: Halt
  readonly trace: AttemptTrace
  /** Epoch milliseconds. */
  readonly startedAt: number
}

/** Carries a request whose URL was judged. */
export async function exchange(parts: ExchangeParts, work: ExchangeWork): Promise<Outcome> {
  const { request, target, policy, trace } = work
  let closedByPolicy = false
  for (;;) {
    const taken = parts.pool.take(request.pool, target.origin, policy)
    closedByPolicy ||= taken.closedByPolicy
    let { connection } = taken
    trace.reused = connection !== undefined
    if (connection === undefined) {
      const dialled = await dial(parts, { ...work, tls: request.tls })
      if (dialled.kind !== 'connected') return outcomeWithout(dialled, work, closedByPolicy)
      connection = dialled.connection
    } else {
      const outlived = connection.outlivedRest()
      if (!(typeof outlived === 'boolean' ? outlived : await outlived)) {
        connection.destroy()
        continue
      }
    }
    trace.facts = connection.facts
    const sent = await send(connection, work)
    // It had died while it waited, before a byte of this request left: nothing happened yet.
    if (sent.kind === 'not_sent' && trace.reused) continue
    if (sent.kind === 'complete') {
      parts.pool.giveBack({ pool: request.pool, origin: target.origin }, connection, sent.reader)
      return answered(sent.reader, work)
    }
    connection.destroy()
    return brokenOff(sent, work)
  }
}

/** What an attempt needs before it has anything to send. */
type LookUpWork = Pick<ExchangeWork, 'target' | 'policy' | 'halt' | 'trace' | 'startedAt'>

/**
 * Goes as far as an attempt goes before it dials: resolves the name and judges every answer.
 * @returns how an attempt would end there; `undefined` if it would go on to dial
 */
export async function lookUp(parts: DialParts, work: LookUpWork): Promise<Outcome | undefined> {
  const found = await findAddresses(parts, work)
  return found.kind === 'allowed' ? undefined : outcomeWithout(found, work, false)
}

type SendEnd = Carried | { readonly kind: 'halted'; readonly reader: ResponseReader }

function send(connection: Connection, work: ExchangeWork): Promise<SendEnd> {
  const { halt } = work
  const bytes = prepareBytes(connection, work)
  work.trace.enter('write')
  return new Promise((settle) => {
    const reader = connection.carry(bytes, new Sending(work, settle))
    halt.watch(() => {
      connection.destroy()
      settle({ kind: 'halted', reader })
    })
  })
}

/** Hears how far a request came. */
class Sending implements CarryListener {
  readonly #trace: AttemptTrace
  readonly #halt: Halt
  readonly #settle: (sent: SendEnd) => void

  constructor({ trace, halt }: ExchangeWork, settle: (sent: SendEnd) => void) {
    this.#trace = trace
    this.#halt = halt
    this.#settle = settle
  }

  onWritten(): void {
    if (this.#trace.phase === 'write') this.#trace.enter('first_byte')
  }

  onFirstByte(): void {
    // Anyone who answers has read it.
    this.onWritten()
  }

  onHead(): void {
    this.#trace.enter('body')
  }

  onEnd(carried: Carried): void {
    this.#halt.unwatch()
    this.#settle(carried)
  }
}

/** Only now, when nothing is left to wait for: a Sign made earlier would age (I5). */
function prepareBytes(connection: Connection, { request, target, trace }: ExchangeWork): Uint8Array {
  try {
    const prepared = request.prepare()
    trace.sent = new Sent(prepared)
    return writeRequest(target.authority, prepared, request.body)
  } catch (error) {
    // No one else holds it, and nothing was sent on it.
    connection.destroy()
    throw error
  }
}

function answered(reader: ResponseReader, { trace, startedAt }: ExchangeWork): Outcome {
  const durationMs = trace.finish(true)
  const { head, body } = reader
  if (head === undefined || trace.sent === undefined) throw new TypeError('A complete answer has a head and a request.')
  const { status, headers } = head
  const evidence = status === 200 ? trace.success(reader) : trace.full(reader)
  return { kind: 'answered', status, headers, body, sent: trace.sent, evidence, startedAt, durationMs }
}

function brokenOff(sent: Exclude<SendEnd, { kind: 'complete' }>, work: ExchangeWork): Outcome {
  const { halt, trace, startedAt } = work
  if (sent.kind === 'halted') return halted(halt, work, sent.reader)
  const reader = sent.kind === 'not_sent' ? undefined : sent.reader
  const code = nameFault(sent, trace)
  const phase = code.startsWith('tls_') ? 'tls' : trace.phase
  const durationMs = trace.finish(false)
  return { kind: 'broken', phase, code, evidence: { ...trace.full(reader), phase }, startedAt, durationMs }
}

function nameFault(sent: Exclude<Carried, { kind: 'complete' }>, trace: AttemptTrace): NamedDetail {
  if (sent.kind === 'fault') return sent.code
  trace.note({ errorCode: sent.errorCode })
  if (sent.kind === 'not_sent') return nameExchangeFault(sent.errorCode, false)
  // A TLS 1.3 server refuses a client without a certificate only after the handshake.
  if (isTlsCode(sent.errorCode)) {
    const fault = nameTlsFault(sent.errorCode, { isWeak: false })
    return fault === 'tls_reset' ? 'reset_before_response' : fault
  }
  return nameExchangeFault(sent.errorCode, sent.reader.head !== undefined)
}

function outcomeWithout(dialled: NotDialled, work: LookUpWork, closedByPolicy: boolean): Outcome {
  const { halt, trace, startedAt } = work
  switch (dialled.kind) {
    case 'halted':
      return halted(halt, work, undefined)
    case 'refused': {
      const reason = closedByPolicy ? 'pool_policy' : dialled.reason
      trace.note(refusalEvidence(reason, undefined))
      const durationMs = trace.finish(false)
      return { kind: 'refused', reason, evidence: trace.full(undefined), startedAt, durationMs }
    }
    case 'broken':
    case 'ours': {
      const durationMs = trace.finish(false)
      return { ...dialled, evidence: trace.full(undefined), startedAt, durationMs }
    }
    default:
      return assertNever(dialled)
  }
}

/** What the deadline cut off, by the phase in which it ran out. */
const timeouts: Readonly<Record<Phase, NamedDetail>> = {
  resolve: 'dns_timeout',
  connect: 'connect_timeout',
  tls: 'tls_timeout',
  write: 'request_write_timeout',
  first_byte: 'response_timeout',
  // The head may be there: for anyone who waits, an answer whose end never comes is no answer. The evidence names the phase.
  body: 'response_timeout',
  done: 'response_timeout',
}

function halted(halt: Halt, { trace, startedAt }: LookUpWork, reader: ResponseReader | undefined): Outcome {
  const { phase } = trace
  const durationMs = trace.finish(false)
  const evidence = trace.full(reader)
  if (halt.reason === 'deadline') {
    return { kind: 'broken', phase, code: timeouts[phase], evidence, startedAt, durationMs }
  }
  return { kind: 'ours', code: 'shutting_down', evidence, startedAt, durationMs }
}

/** What left, for the evidence: its target is masked when someone asks for it, not with every request. */
class Sent implements SentRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly #prepared: PreparedRequest

  constructor(prepared: PreparedRequest) {
    this.headers = prepared.headers
    this.#prepared = prepared
  }

  get target(): string {
    return this.#prepared.maskedTarget
  }
}
