// Name resolution: our own query for every connection that is made, A and AAAA side by side, sent to the operator's DNS
// servers. Never getaddrinfo and never the hosts file: both answer names of the inside, and both may answer differently a
// moment later, when something else asks again.

import { Resolver, getServers } from 'node:dns'
import type { Halt } from '../exchange/halt.ts'

/** A name that has more addresses than this is not a webhook's; dialling and judging them all would be work for others. */
export const maxAddresses = 64

/** However long the attempt may take: longer waits for DNS help no one. */
const capMs = 5000

/** How long each server is waited for, round by round. Together they stay within the cap when there is one server. */
const roundsMs = [1000, 2000, 2000] as const

/** How long the other family may lag behind once one has answered with addresses. */
const graceMs = 300

export type DnsFailure = 'dns_not_found' | 'dns_no_address' | 'dns_failure' | 'dns_timeout' | 'dns_too_many'

export type Resolution =
  | { readonly kind: 'resolved'; readonly addresses: readonly string[]; readonly resolver: string }
  | {
      readonly kind: 'failed'
      readonly code: DnsFailure
      readonly errorCode?: string
      readonly resolver: string
    }
  | { readonly kind: 'halted'; readonly resolver: string }

export interface NameResolver {
  /** Asks for a name once. Never rejects. */
  resolve(name: string, halt: Halt): Promise<Resolution>
}

/**
 * @param servers addresses of DNS servers with an optional port (`10.0.0.2`, `127.0.0.1:5353`, `[::1]:53`); none means the system's
 * @throws {TypeError} `ERR_INVALID_IP_ADDRESS` if a server cannot be read
 */
export function createResolver(servers: readonly string[]): NameResolver {
  const asked = (servers.length > 0 ? servers : getServers()).map((server) => ({
    server: withPort(server),
    rounds: roundsMs.map((timeout) => {
      const resolver = new Resolver({ timeout, tries: 1 })
      resolver.setServers([server])
      return resolver
    }),
  }))
  // Anyone who answered last is asked first: a dead server at the head of the list must not cost every connection a second.
  let first = 0
  return {
    resolve: async (name, halt) => {
      const order = [...asked.slice(first), ...asked.slice(0, first)]
      const resolution = await new NameQuery({ name, halt, order }).run()
      if (resolution.kind === 'resolved') first = asked.findIndex(({ server }) => server === resolution.resolver)
      return resolution
    },
  }
}

interface AskedServer {
  readonly server: string
  /** One resolver per round; they differ in how long they wait. */
  readonly rounds: readonly Resolver[]
}

/** One name on its way through the servers: each once, then the silent ones again, until one of them has a word to say. */
class NameQuery {
  readonly #name: string
  readonly #halt: Halt
  readonly #order: readonly AskedServer[]
  #turn = 0
  #cap: NodeJS.Timeout | undefined
  #settle: ((resolution: Resolution) => void) | undefined

  constructor(query: { readonly name: string; readonly halt: Halt; readonly order: readonly AskedServer[] }) {
    this.#name = query.name
    this.#halt = query.halt
    this.#order = query.order
  }

  run(): Promise<Resolution> {
    return new Promise((settle) => {
      this.#settle = settle
      this.#cap = setTimeout(() => this.#finish(this.#timedOut()), capMs)
      this.#halt.watch(() => this.#finish({ kind: 'halted', resolver: this.#server() }))
      this.#askNext()
    })
  }

  #askNext(): void {
    const resolver = this.#current()?.rounds[Math.floor(this.#turn / this.#order.length)]
    if (this.#settle === undefined) return
    if (resolver === undefined) return this.#finish(this.#timedOut())
    askServer(resolver, this.#name, (answers) => {
      if (this.#settle === undefined) return
      const resolution = conclude(answers, this.#server())
      if (!this.#mayAskAnother(resolution)) return this.#finish(resolution)
      this.#turn += 1
      this.#askNext()
    })
  }

  /** Only if the server, not the name, is at fault; and one that answered that it failed is not asked twice. */
  #mayAskAnother(resolution: Resolution): boolean {
    if (resolution.kind !== 'failed') return false
    if (resolution.code === 'dns_failure') return this.#turn + 1 < this.#order.length
    return resolution.code === 'dns_timeout' && this.#turn + 1 < this.#order.length * roundsMs.length
  }

  #current(): AskedServer | undefined {
    return this.#order[this.#turn % this.#order.length]
  }

  #server(): string {
    return this.#current()?.server ?? ''
  }

  #timedOut(): Resolution {
    return { kind: 'failed', code: 'dns_timeout', errorCode: 'ETIMEOUT', resolver: this.#server() }
  }

  #finish(resolution: Resolution): void {
    const settle = this.#settle
    this.#settle = undefined
    clearTimeout(this.#cap)
    this.#halt.unwatch()
    settle?.(resolution)
  }
}

interface FamilyAnswer {
  readonly addresses: readonly string[]
  /** c-ares' code if there were none. */
  readonly errorCode: string | undefined
}

/** Asks one server for both families; answers when both are there, or one has addresses and the other lags. */
function askServer(resolver: Resolver, name: string, done: (answers: readonly FamilyAnswer[]) => void): void {
  const answers: FamilyAnswer[] = []
  let grace: NodeJS.Timeout | undefined
  let over = false
  const finish = () => {
    if (over) return
    over = true
    clearTimeout(grace)
    done(answers)
  }
  const take = (error: NodeJS.ErrnoException | null, addresses: readonly string[] | undefined) => {
    answers.push({ addresses: error === null ? (addresses ?? []) : [], errorCode: error?.code })
    if (answers.length === 2) finish()
    else if (error === null) grace = setTimeout(finish, graceMs)
  }
  resolver.resolve4(name, take)
  resolver.resolve6(name, take)
}

function conclude(answers: readonly FamilyAnswer[], resolver: string): Resolution {
  const addresses = answers.flatMap((answer) => answer.addresses)
  if (addresses.length > maxAddresses) return { kind: 'failed', code: 'dns_too_many', resolver }
  if (addresses.length > 0) return { kind: 'resolved', addresses, resolver }
  const codes = answers.map((answer) => answer.errorCode ?? 'ENODATA')
  // NXDOMAIN speaks about the name, so one family's word counts for both.
  const notFound = codes.find((code) => code === 'ENOTFOUND' || code === 'EBADNAME')
  if (notFound !== undefined) return { kind: 'failed', code: 'dns_not_found', errorCode: notFound, resolver }
  const failure = codes.find((code) => code !== 'ENODATA')
  if (failure === undefined) return { kind: 'failed', code: 'dns_no_address', errorCode: 'ENODATA', resolver }
  const code = failure === 'ETIMEOUT' || failure === 'ECANCELLED' ? 'dns_timeout' : 'dns_failure'
  return { kind: 'failed', code, errorCode: failure, resolver }
}

function withPort(server: string): string {
  if (/^\[.*\]:\d+$|^[^:]+:\d+$/.test(server)) return server
  return server.includes(':') && !server.startsWith('[') ? `[${server}]:53` : `${server}:53`
}
