// The rules that need the text of a URL only, in the order in which they are applied. They refuse, never repair: a URL
// that two parsers read differently has two hosts, and only one of them would be judged.

import { checkRegisteredUrl } from '@livehook/protocol'
import { judgeAddress, localhostAddresses } from './policy.ts'
import type { EgressPolicy, EgressReason } from './policy.ts'
import { isDnsName, isSpecialName } from './special-names.ts'

/** Where a URL leads, as far as its text says. */
export interface UrlTarget {
  readonly scheme: 'http' | 'https'
  /** Lower case; an IPv6 address has no brackets here. */
  readonly host: string
  readonly port: number
  /** Host and port as they go into `Host`: brackets, and no port if it is the scheme's own. */
  readonly authority: string
  /** Scheme, host and port: what one connection leads to. */
  readonly origin: string
  readonly kind: 'name' | 'address' | 'localhost'
}

export type UrlTextVerdict =
  | { readonly kind: 'allowed'; readonly target: UrlTarget }
  | { readonly kind: 'denied'; readonly reason: EgressReason }

/** Receivers and proxies cut or refuse longer URLs, and the console would have to. In characters. */
export const maxUrlLength = 2048

// Ports on which something else than HTTP listens, that would take our request for commands of its own (WHATWG Fetch, "bad port").
const badPorts: ReadonlySet<number> = new Set(
  `0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137
  139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723
  2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080`
    .split(/\s+/)
    .map(Number),
)

/**
 * Judges a URL as it was typed.
 * @example judgeUrlText('http://10.0.0.1/hook', policy) // { kind: 'denied', reason: 'private' }
 */
export function judgeUrlText(url: string, policy: EgressPolicy): UrlTextVerdict {
  const shape = judgeShape(url, policy)
  if (shape !== undefined) return denied(shape)
  const authority = /^[^/?#]*/.exec(url.slice(url.indexOf('//') + 2))?.[0] ?? ''
  if (authority.includes('@')) return denied('userinfo')
  if (!URL.canParse(url)) return denied('invalid_url_or_host')
  const parsed = new URL(url)
  if (!/^[!-~]*$/.test(authority) || authority.includes('%')) return denied(nameEncodedHost(authority, parsed.hostname))
  if (url.includes('#')) return denied('fragment')
  const spelling = judgeSpelling(authority, parsed.hostname)
  if (spelling !== undefined) return denied(spelling)
  const port = parsed.port === '' ? (parsed.protocol === 'https:' ? 443 : 80) : Number(parsed.port)
  if (badPorts.has(port)) return denied('bad_port')
  const wire = checkRegisteredUrl(url)
  if (wire.kind === 'refused' && wire.reason === 'reserved_query') return denied('reserved_query')
  return judgeHost(parsed, port, policy)
}

function judgeShape(url: string, policy: EgressPolicy): EgressReason | undefined {
  if (url.length > maxUrlLength) return 'too_long'
  // Parsers drop some of these silently and take others for separators.
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0020\u007f\\\u2028\u2029]/.test(url)) return 'bad_character'
  if (!/^https?:/i.test(url)) return 'scheme'
  if (!/^https?:\/\/(?!\/)/i.test(url)) return 'malformed_scheme'
  return policy.httpsOnly && /^http:/i.test(url) ? 'https_required' : undefined
}

/** The host must be written as it is read, letter case aside: one host, one spelling. IPv6 is judged on its bits. */
function judgeSpelling(authority: string, hostname: string): EgressReason | undefined {
  if (authority.startsWith('[')) return undefined
  if (hostname.endsWith('.')) return isSpecialName(hostname.slice(0, -1)) ? 'special_name' : 'non_canonical_host'
  const typed = authority.replace(/:\d*$/, '').toLowerCase()
  // A number without digits: some parsers read 0, others refuse.
  if (/(?:^|\.)0x(?:\.|$)/.test(typed)) return 'invalid_url_or_host'
  return typed === hostname ? undefined : 'non_canonical_host'
}

/** A host in other characters or with escapes is refused in any case; where it hides a name of the inside, that is said. */
function nameEncodedHost(authority: string, hostname: string): EgressReason {
  if (!authority.includes('%')) return isSpecialNameNotAddress(hostname) ? 'special_name' : 'non_canonical_host'
  const labels = authority.toLowerCase().split(/\.|%2e/)
  return labels[0] === 'localhost' || labels.at(-1) === 'localhost' ? 'special_name' : 'non_canonical_host'
}

function isSpecialNameNotAddress(hostname: string): boolean {
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  return isDnsName(name) && isSpecialName(name)
}

function judgeHost(parsed: URL, port: number, policy: EgressPolicy): UrlTextVerdict {
  const scheme = parsed.protocol === 'https:' ? 'https' : 'http'
  const target = { scheme, port, authority: parsed.host, origin: parsed.origin } as const
  const { hostname } = parsed
  const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : isIpv4(hostname) ? hostname : undefined
  if (literal !== undefined) {
    const verdict = judgeAddress(literal, policy)
    if (verdict.kind === 'denied') return denied(verdict.reason)
    return { kind: 'allowed', target: { ...target, host: literal, kind: 'address' } }
  }
  // A developer's receiver runs on the same machine: an allow rule for loopback opens the name that everyone types.
  if (hostname === 'localhost' && localhostAddresses(policy).length > 0) {
    return { kind: 'allowed', target: { ...target, host: hostname, kind: 'localhost' } }
  }
  if (!isDnsName(hostname)) return denied('invalid_url_or_host')
  if (isSpecialName(hostname)) return denied('special_name')
  return { kind: 'allowed', target: { ...target, host: hostname, kind: 'name' } }
}

/** The URL parser has turned every other spelling of an IPv4 address into this one. */
function isIpv4(hostname: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(hostname)
}

function denied(reason: EgressReason): UrlTextVerdict {
  return { kind: 'denied', reason }
}
