// Name resolution: our own query for every connection that is made, A and AAAA side by side, sent to the operator's DNS
// servers. Never getaddrinfo and never the hosts file: both answer names of the inside, and both may answer differently a
// moment later, when something else asks again.

import { Resolver, getServers } from 'node:dns'
import type { Halt } from './halt.ts'

/** A name that has more addresses than this is not a webhook's; dialling and judging them all would be work for others. */
export const maxAddresses = 64

/** However long the attempt may take: longer waits for DNS help nobody. */
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
 * @throws {TypeError} `ERR_INVALID_IP_ADDRESS` where a server cannot be read
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
  const turns = roundsMs.flatMap((_, round) =>
    asked.flatMap(({ server, rounds }) => {
      const resolver = rounds[round]
      return resolver === undefined ? [] : [{ server, resolver }]
    }),
  )
  return { resolve: (name, halt) => resolveName({ name, halt, turns }) }
}

interface Turn {
  readonly server: string
  readonly resolver: Resolver
}

function resolveName(query: {
  readonly name: string
  readonly halt: Halt
  readonly turns: readonly Turn[]
}): Promise<Resolution> {
  const { name, halt, turns } = query
  return new Promise((settle) => {
    let turn = 0
    let over = false
    const finish = (resolution: Resolution) => {
      if (over) return
      over = true
      clearTimeout(cap)
      halt.unwatch()
      settle(resolution)
    }
    const serverNow = () => turns[Math.min(turn, turns.length - 1)]?.server ?? ''
    const cap = setTimeout(
      () => finish({ kind: 'failed', code: 'dns_timeout', errorCode: 'ETIMEOUT', resolver: serverNow() }),
      capMs,
    )
    halt.watch(() => finish({ kind: 'halted', resolver: serverNow() }))
    const askNext = () => {
      const { server, resolver } = turns[turn] ?? { server: '', resolver: undefined }
      if (over || resolver === undefined) return
      askServer(resolver, name, (answers) => {
        const resolution = conclude(answers, server)
        const mayTryAnother = resolution.kind === 'failed' && isServersFault(resolution.code)
        if (mayTryAnother && turn + 1 < turns.length && !isLastWord(resolution, turns, turn)) {
          turn += 1
          askNext()
        } else finish(resolution)
      })
    }
    askNext()
  })
}

function isServersFault(code: DnsFailure): boolean {
  return code === 'dns_failure' || code === 'dns_timeout'
}

/** A server that answered that it failed is not asked again; only one that stayed silent is, in the next round. */
function isLastWord(resolution: Resolution, turns: readonly Turn[], turn: number): boolean {
  if (resolution.kind !== 'failed' || resolution.code === 'dns_timeout') return false
  const firstRound = turns.length / roundsMs.length
  return turn + 1 >= firstRound
}

interface FamilyAnswer {
  readonly addresses: readonly string[]
  /** c-ares' code where there were none. */
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
