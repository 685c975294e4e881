// A connection to a judged address through the operator's proxy: `CONNECT address:port`, for http and https alike, so that
// the proxy resolves nothing and what was judged is what is asked for (I4). See docs/adr/0004.

import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { nameOfProxy } from '../../domain/egress/proxy.ts'
import type { EgressProxy } from '../../domain/egress/proxy.ts'
import { ipv4First } from './connect.ts'
import type { Halt } from '../exchange/halt.ts'

export type Tunnel =
  | { readonly kind: 'open'; readonly socket: Socket; readonly address: string }
  /** The proxy did its work and says that no one answers behind it. */
  | { readonly kind: 'unreachable'; readonly isTimeout: boolean; readonly errorCode: string; readonly address: string }
  /** The proxy itself failed. */
  | { readonly kind: 'proxy_failed'; readonly errorCode: string; readonly address: string }
  | { readonly kind: 'halted'; readonly address: string }

/** A proxy is near: one that does not take the connection by then is not there. */
const connectBudgetMs = 2000

/** An answer to CONNECT has a status line and a few headers. */
const maxHeadBytes = 16_384

/**
 * Asks the proxy for one address after the other, until one answers. Never rejects, and leaves no socket behind but the one
 * it returns.
 * @param request.addresses judged addresses, at least one
 */
export async function openTunnel(request: {
  readonly proxy: EgressProxy
  readonly addresses: readonly string[]
  readonly port: number
  readonly halt: Halt
}): Promise<Tunnel> {
  const { proxy, port, halt } = request
  let tunnel: Tunnel = { kind: 'proxy_failed', errorCode: 'UNKNOWN', address: '' }
  for (const address of ipv4First(request.addresses)) {
    tunnel = await new TunnelAttempt({ proxy, address, port, halt }).run()
    // Only about the address that it was asked for: another one may answer.
    if (tunnel.kind !== 'unreachable') return tunnel
  }
  return tunnel
}

class TunnelAttempt {
  readonly #request: { readonly proxy: EgressProxy; readonly address: string; readonly port: number }
  readonly #halt: Halt
  #socket: Socket | undefined
  #budget: NodeJS.Timeout | undefined
  #head = Buffer.alloc(0)
  #settle: ((tunnel: Tunnel) => void) | undefined

  constructor(request: {
    readonly proxy: EgressProxy
    readonly address: string
    readonly port: number
    readonly halt: Halt
  }) {
    this.#request = request
    this.#halt = request.halt
  }

  run(): Promise<Tunnel> {
    const { proxy } = this.#request
    return new Promise((settle) => {
      this.#settle = settle
      const socket = connect({ host: proxy.host, port: proxy.port, noDelay: true })
      this.#socket = socket
      this.#budget = setTimeout(() => this.#fail('ETIMEDOUT'), connectBudgetMs)
      socket.once('connect', () => {
        clearTimeout(this.#budget)
        socket.write(connectRequest(this.#request))
      })
      socket.on('readable', this.#read)
      socket.once('end', this.#onEnd)
      // Stays for good: an error without a listener ends the process.
      socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error.code ?? 'UNKNOWN'))
      this.#halt.watch(() => this.#onHalt())
    })
  }

  readonly #onEnd = (): void => this.#fail('proxy_closed')

  /** By `readable`, so that the socket does not flow and what stands behind the head can be put back. */
  readonly #read = (): void => {
    const socket = this.#socket
    for (let bytes: Buffer | null = socket?.read() ?? null; bytes !== null; bytes = socket?.read() ?? null) {
      this.#head = Buffer.concat([this.#head, bytes])
      const end = this.#head.indexOf('\r\n\r\n')
      if (end >= 0) return this.#conclude(this.#head.toString('latin1', 0, end), this.#head.subarray(end + 4))
      if (this.#head.length > maxHeadBytes) return this.#fail('proxy_malformed')
    }
  }

  #conclude(head: string, rest: Buffer): void {
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head)?.[1] ?? Number.NaN)
    const { address } = this.#request
    if (Number.isNaN(status)) return this.#fail('proxy_malformed')
    const errorCode = `proxy_status_${status}`
    if (isGatewayStatus(status)) {
      return this.#finish({ kind: 'unreachable', isTimeout: status === 504, errorCode, address })
    }
    const socket = this.#socket
    if (status < 200 || status > 299 || socket === undefined) return this.#fail(errorCode)
    socket.off('readable', this.#read)
    socket.off('end', this.#onEnd)
    if (rest.length > 0) socket.unshift(rest)
    this.#finish({ kind: 'open', socket, address })
  }

  /** The deadline came while the proxy was busy; whose fault it is no one knows, so it is not the webhook's. */
  #onHalt(): void {
    const { address } = this.#request
    if (this.#halt.reason === 'deadline') this.#fail('proxy_timeout')
    else this.#finish({ kind: 'halted', address })
  }

  #fail(errorCode: string): void {
    this.#finish({ kind: 'proxy_failed', errorCode, address: this.#request.address })
  }

  #finish(tunnel: Tunnel): void {
    const settle = this.#settle
    if (settle === undefined) return
    this.#settle = undefined
    clearTimeout(this.#budget)
    this.#halt.unwatch()
    if (tunnel.kind !== 'open') this.#socket?.destroy()
    settle(tunnel)
  }
}

function connectRequest({
  proxy,
  address,
  port,
}: {
  readonly proxy: EgressProxy
  readonly address: string
  readonly port: number
}): string {
  const authority = nameOfProxy({ host: address, port, authorization: undefined })
  const authorization = proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization}\r\n`
  return `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`
}

/** With these a proxy speaks of what lies behind it (RFC 9110, 15.6.3 to 15.6.5; 503 is what squid and Envoy say then). */
function isGatewayStatus(status: number): boolean {
  return status === 502 || status === 503 || status === 504
}
