// TCP: the judged addresses in turn, the next one joining in when the one before is slow (RFC 8305, without its sorting).

import { connect, isIPv6 } from 'node:net'
import type { Socket } from 'node:net'
import type { Halt } from '../exchange/halt.ts'
import { Inbox } from '../exchange/inbox.ts'

/** However long the attempt may take: an address that does not answer a SYN by then has a firewall before it. */
const budgetMs = 2000

/** How long one address is waited for before the next one joins in. */
const staggerMs = 250

export type Connected =
  | {
      readonly kind: 'connected'
      /** Paused if it has an inbox: what comes before someone listens must not be lost. */
      readonly socket: Socket
      readonly inbox: Inbox | undefined
      readonly address: string
    }
  /** `errorCode` is `undefined` if no one answered in time. */
  | { readonly kind: 'failed'; readonly errorCode: string | undefined; readonly address: string }
  | { readonly kind: 'halted'; readonly address: string }

interface ConnectRequest {
  readonly addresses: readonly string[]
  readonly port: number
  readonly hasInbox: boolean
  readonly halt: Halt
}

/**
 * Connects to the first address that lets us. Never rejects, and leaves no socket behind but the one it returns.
 * @param request.addresses judged addresses, at least one; nothing here resolves a name
 * @param request.hasInbox whether the bytes come in through an inbox; not for a socket that TLS is laid over
 */
export function connectToAny(request: ConnectRequest): Promise<Connected> {
  return new Promise((settle) => {
    new ConnectRace(request, settle).start()
  })
}

class ConnectRace {
  readonly #addresses: readonly string[]
  readonly #port: number
  readonly #hasInbox: boolean
  readonly #halt: Halt
  readonly #settle: (connected: Connected) => void
  /** Sockets that are still waiting, in the order in which they were dialled, with their addresses. */
  readonly #sockets = new Map<Socket, string>()
  #next = 0
  #worst: { errorCode: string | undefined; address: string } | undefined
  #stagger: NodeJS.Timeout | undefined
  #budget: NodeJS.Timeout | undefined

  constructor(request: ConnectRequest, settle: (connected: Connected) => void) {
    this.#addresses = ipv4First(request.addresses)
    this.#port = request.port
    this.#hasInbox = request.hasInbox
    this.#halt = request.halt
    this.#settle = settle
  }

  start(): void {
    this.#budget = setTimeout(() => this.#finish(this.#failed(undefined, this.#silent())), budgetMs)
    this.#halt.watch(() => this.#finish({ kind: 'halted', address: this.#silent() }))
    this.#dialNext()
  }

  #dialNext(): void {
    clearTimeout(this.#stagger)
    const address = this.#addresses[this.#next]
    if (address === undefined) {
      if (this.#sockets.size === 0 && this.#worst !== undefined) this.#finish({ kind: 'failed', ...this.#worst })
      return
    }
    this.#next += 1
    // An address, never a name: `net` must not resolve anything after the judgement.
    const inbox = this.#hasInbox ? new Inbox() : undefined
    const onread = inbox === undefined ? {} : { onread: inbox.onread }
    const socket = connect({ host: address, port: this.#port, noDelay: true, autoSelectFamily: false, ...onread })
    if (inbox !== undefined) socket.pause()
    this.#sockets.set(socket, address)
    socket.once('connect', () => {
      if (!this.#sockets.delete(socket)) return
      this.#finish({ kind: 'connected', socket, inbox, address })
    })
    // Stays for good: what a socket says after it won or lost is heard by its next owner or by no one, but an error
    // without a listener ends the process.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#sockets.delete(socket)) return
      this.#remember(error.code ?? 'UNKNOWN', address)
      this.#dialNext()
    })
    this.#stagger = setTimeout(() => this.#dialNext(), staggerMs)
  }

  /** Of several failures the one that says most about the far side is reported. */
  #remember(errorCode: string, address: string): void {
    if (this.#worst === undefined || weight(errorCode) > weight(this.#worst.errorCode)) {
      this.#worst = { errorCode, address }
    }
  }

  #failed(errorCode: string | undefined, address: string): Connected {
    const worst = this.#worst
    if (worst !== undefined && weight(worst.errorCode) > weight(errorCode)) return { kind: 'failed', ...worst }
    return { kind: 'failed', errorCode, address }
  }

  /** The first address that has said nothing so far. */
  #silent(): string {
    const [first] = this.#sockets.values()
    return first ?? this.#worst?.address ?? ''
  }

  #finish(connected: Connected): void {
    clearTimeout(this.#budget)
    clearTimeout(this.#stagger)
    this.#halt.unwatch()
    const losers = [...this.#sockets.keys()]
    this.#sockets.clear()
    for (const socket of losers) socket.destroy()
    this.#next = this.#addresses.length
    this.#settle(connected)
  }
}

function weight(errorCode: string | undefined): number {
  switch (errorCode) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return 4
    case 'EACCES':
    case 'EPERM':
      return 3
    case undefined:
    case 'ETIMEDOUT':
      return 2
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 1
    default:
      return 0
  }
}

/** Alternating families, IPv4 first: nearly every webhook has it, and many hosts have IPv6 addresses but no IPv6 route. */
export function ipv4First(addresses: readonly string[]): readonly string[] {
  const ipv6 = addresses.filter((address) => isIPv6(address))
  const ipv4 = addresses.filter((address) => !isIPv6(address))
  const order: string[] = []
  for (let index = 0; index < Math.max(ipv4.length, ipv6.length); index += 1) {
    for (const address of [ipv4[index], ipv6[index]]) if (address !== undefined) order.push(address)
  }
  return order
}
