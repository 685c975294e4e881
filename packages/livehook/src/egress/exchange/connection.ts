// One connection to a receiver: carries one request at a time, and says after each whether it may carry another.

import type { Socket } from 'node:net'
import type { CertificateFacts } from '../../domain/diagnosis/outcome.ts'
import type { EgressPolicy } from '../../domain/egress/policy.ts'
import type { Inbox } from './inbox.ts'
import { ResponseReader } from './response-reader.ts'
import type { ReadState } from './response-reader.ts'

/** What is known of a connection from the moment it stands. */
export interface ConnectionFacts {
  /** Address and port, for people. */
  readonly dialled: string
  readonly local: string
  /** The address alone: what was judged, and will be again before the connection is reused. */
  readonly remoteAddress: string
  /** Host and port of the proxy between, if there is one. */
  readonly proxy?: string
  readonly addresses?: readonly string[]
  readonly resolver?: string
  readonly tlsProtocol?: string
  readonly certificate?: CertificateFacts
}

/** How a request on a connection ended. */
export type Carried =
  | { readonly kind: 'complete'; readonly reader: ResponseReader }
  | { readonly kind: 'fault'; readonly code: Exclude<ReadState, 'more' | 'complete'>; readonly reader: ResponseReader }
  | { readonly kind: 'error'; readonly errorCode: string; readonly reader: ResponseReader }
  /** The connection was dead before a byte left: nothing was sent, nothing can have been received. */
  | { readonly kind: 'not_sent'; readonly errorCode: string }

/** Hears how far a request came. */
export interface CarryListener {
  onWritten(): void
  onFirstByte(): void
  onHead(): void
  onEnd(carried: Carried): void
}

/** Most servers close an idle connection after 5 s; reusing it in that very moment costs the app an attempt. */
const defaultIdleMs = 4000

/** A server may announce hours; the DNS of its name is asked again sooner than that. */
const maxIdleMs = 30_000

/** How much before the announced end a connection is given up. */
const idleMarginMs = 1000

/** After a rest of this length the far side's goodbye may lie in the kernel, unread. */
const longRestMs = 20

/** Written behind a request, it says when the request is written. */
const nothing = Buffer.alloc(0)

export class Connection {
  readonly facts: ConnectionFacts
  readonly openedAt: number
  /** The rules under which its address was last judged. */
  judgedUnder: EgressPolicy
  /** Monotonic milliseconds until which it may wait for the next request. */
  idleUntil = 0
  readonly #socket: Socket
  #restingSince = 0
  #reader: ResponseReader | undefined
  #listener: CarryListener | undefined
  #onGone: (() => void) | undefined

  /**
   * @param socket connected, and through its handshake if it is TLS
   * @param inbox where its bytes come in, if not through the socket's own stream
   */
  constructor(socket: Socket, facts: ConnectionFacts, judgedUnder: EgressPolicy, inbox?: Inbox) {
    this.#socket = socket
    this.facts = facts
    this.judgedUnder = judgedUnder
    this.openedAt = performance.now()
    socket.on('end', () => this.#onClosed())
    socket.on('error', (error) => this.#onError(codeOf(error)))
    socket.on('close', () => this.#onError('ECONNRESET'))
    if (inbox === undefined) socket.on('data', (bytes: Buffer) => this.#onData(bytes))
    else {
      inbox.onBytes = (bytes) => this.#onData(bytes)
      socket.resume()
    }
  }

  get isAlive(): boolean {
    return !this.#socket.destroyed && this.#socket.readable && this.#socket.writable
  }

  /** Sends a request and reads its answer. @returns the reader, for what came when the caller gives up */
  carry(request: Uint8Array, listener: CarryListener): ResponseReader {
    const reader = new ResponseReader()
    this.#reader = reader
    this.#listener = listener
    this.#socket.write(request)
    const { errored, destroyed, writableLength } = this.#socket
    if (errored !== null || destroyed) {
      // A connection that the far side reset while it was idle says so here, before a byte has left.
      this.#finish({ kind: 'not_sent', errorCode: codeOf(errored) })
    } else if (writableLength === 0) {
      // In the kernel already, as nearly always: to be told of it would cost a turn of the event loop.
      listener.onWritten()
    } else {
      this.#socket.write(nothing, (error) => {
        if (error == null) listener.onWritten()
      })
    }
    return reader
  }

  /**
   * Says whether the next request may use this connection, and until when.
   * Only if nothing came behind the answer: whose answer would it be?
   */
  rest(reader: ResponseReader, onGone: () => void): boolean {
    const { head } = reader
    if (head === undefined || !head.keepAlive || reader.hasLeftover || !this.isAlive) return false
    if (head.framing.kind === 'close' || head.status === 101) return false
    // It answered before it had read the request: the rest of that would stand before the next one.
    if (this.#socket.writableLength > 0) return false
    const seconds = head.keepAliveSeconds
    const idleMs = seconds === undefined ? defaultIdleMs : Math.min(maxIdleMs, seconds * 1000 - idleMarginMs)
    if (idleMs <= 0) return false
    this.#restingSince = performance.now()
    this.idleUntil = this.#restingSince + idleMs
    this.#onGone = onGone
    return true
  }

  /** Takes the connection out of its rest. */
  wake(): void {
    this.#onGone = undefined
  }

  /**
   * Says whether it outlived its rest. After a long one the event loop makes a turn first, so that what the far side sent
   * in the meantime (its goodbye, or an answer that no one asked for) is heard before a request is risked on it.
   */
  outlivedRest(): boolean | Promise<boolean> {
    if (performance.now() - this.#restingSince < longRestMs) return this.isAlive
    return new Promise((heard) => {
      setImmediate(() => heard(this.isAlive))
    })
  }

  destroy(): void {
    this.#listener = undefined
    this.#onGone = undefined
    this.#socket.destroy()
  }

  #onData(bytes: Buffer): void {
    const reader = this.#reader
    const listener = this.#listener
    // No one asked: an answer that came by itself must never meet the next request.
    if (reader === undefined || listener === undefined) return this.#leave()
    if (!reader.hasBegun) listener.onFirstByte()
    const hadHead = reader.head !== undefined
    const state = reader.push(bytes)
    if (!hadHead && reader.head !== undefined) listener.onHead()
    if (state === 'more') return
    this.#finish(state === 'complete' ? { kind: 'complete', reader } : { kind: 'fault', code: state, reader })
  }

  #onClosed(): void {
    const reader = this.#reader
    if (reader === undefined || this.#listener === undefined) return this.#leave()
    const state = reader.end()
    if (state === 'complete') this.#finish({ kind: 'complete', reader })
    else if (state !== 'more') this.#finish({ kind: 'fault', code: state, reader })
  }

  #onError(errorCode: string): void {
    const reader = this.#reader
    if (reader === undefined || this.#listener === undefined) return this.#leave()
    this.#finish({ kind: 'error', errorCode, reader })
  }

  #finish(carried: Carried): void {
    const listener = this.#listener
    this.#listener = undefined
    this.#reader = undefined
    listener?.onEnd(carried)
  }

  #leave(): void {
    const onGone = this.#onGone
    this.#onGone = undefined
    this.#socket.destroy()
    onGone?.()
  }
}

function codeOf(error: Error | null): string {
  return error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'ECONNRESET'
}
