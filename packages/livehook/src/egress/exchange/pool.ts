// Connections that wait for their next request: per pool and origin, the most recently used first.

import type { EgressPolicy } from '../../domain/egress/policy.ts'
import { judgeAddress } from '../../domain/egress/policy.ts'
import type { Connection } from './connection.ts'
import type { ResponseReader } from './response-reader.ts'

/** However lively a connection is: after this its name is resolved again, so that a move of the DNS record is followed. */
const maxAgeMs = 60_000

/** How often idle connections are looked through. */
const sweepMs = 1000

/** Per pool and origin; a webhook has no more attempts on the wire than this in any sensible setting. */
const maxIdle = 256

export interface Taken {
  readonly connection: Connection | undefined
  /** Whether one was closed because the policy no longer allows its address. */
  readonly closedByPolicy: boolean
}

export class ConnectionPool {
  readonly #pools = new Map<string, Map<string, Connection[]>>()
  #sweep: NodeJS.Timeout | undefined
  #closed = false

  /** Takes a connection that may be used under the given policy. */
  take(pool: string, origin: string, policy: EgressPolicy): Taken {
    const idle = this.#pools.get(pool)?.get(origin)
    let closedByPolicy = false
    for (let connection = idle?.pop(); connection !== undefined; connection = idle?.pop()) {
      connection.wake()
      const now = performance.now()
      if (!isAllowed(connection, policy)) closedByPolicy = true
      else if (connection.isAlive && now < connection.idleUntil && now - connection.openedAt < maxAgeMs) {
        return { connection, closedByPolicy }
      }
      connection.destroy()
    }
    return { connection: undefined, closedByPolicy }
  }

  /** Keeps a connection for the next request, or closes it if it cannot serve another. */
  giveBack(
    place: { readonly pool: string; readonly origin: string },
    connection: Connection,
    reader: ResponseReader,
  ): void {
    const idle = this.#closed ? undefined : this.#idleOf(place.pool, place.origin)
    const isKept =
      idle !== undefined &&
      idle.length < maxIdle &&
      connection.rest(reader, () => {
        const index = idle.indexOf(connection)
        if (index >= 0) idle.splice(index, 1)
      })
    if (!isKept) return connection.destroy()
    idle.push(connection)
    this.#sweep ??= setInterval(() => this.#closeStale(), sweepMs).unref()
  }

  closePool(pool: string): void {
    for (const idle of this.#pools.get(pool)?.values() ?? [])
      for (const connection of idle.splice(0)) connection.destroy()
    this.#pools.delete(pool)
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#sweep)
    this.#sweep = undefined
    for (const pool of this.#pools.keys()) this.closePool(pool)
  }

  #idleOf(pool: string, origin: string): Connection[] {
    let origins = this.#pools.get(pool)
    if (origins === undefined) this.#pools.set(pool, (origins = new Map()))
    let idle = origins.get(origin)
    if (idle === undefined) origins.set(origin, (idle = []))
    return idle
  }

  #closeStale(): void {
    const now = performance.now()
    for (const [pool, origins] of this.#pools) {
      for (const [origin, idle] of origins) {
        const stale = idle.filter((connection) => now >= connection.idleUntil)
        for (const connection of stale) {
          idle.splice(idle.indexOf(connection), 1)
          connection.destroy()
        }
        if (idle.length === 0) origins.delete(origin)
      }
      if (origins.size === 0) this.#pools.delete(pool)
    }
    if (this.#pools.size > 0) return
    clearInterval(this.#sweep)
    this.#sweep = undefined
  }
}

/** The same rules need no second look: policies never change, they are replaced. */
function isAllowed(connection: Connection, policy: EgressPolicy): boolean {
  if (connection.judgedUnder === policy) return true
  if (judgeAddress(connection.facts.remoteAddress, policy).kind === 'denied') return false
  connection.judgedUnder = policy
  return true
}
