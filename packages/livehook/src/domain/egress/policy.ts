// Which scheme, host, port and resolved address may be dialled. Pure: no DNS, no sockets. The rules for the text of a
// URL are in egress-url.ts, the blocks of addresses in address-ranges.ts, the sentences in egress-reasons.ts.

import {
  carriedIpv4,
  embeddedIpv4,
  formatAddress,
  isInside,
  isSameAddress,
  parseAddress,
  parseAddressRange,
} from './address.ts'
import type { Address, AddressRange } from './address.ts'
import {
  closedIpv4Ranges,
  closedIpv6Ranges,
  globalUnicast,
  ipv4Mapped,
  metadataAddresses,
  nat64,
  platformAddresses,
} from './address-ranges.ts'
import type { RangeReason } from './address-ranges.ts'

/** Why an address is refused. */
export type AddressReason =
  | RangeReason
  | 'metadata'
  | 'mapped_private'
  | 'nat64'
  | 'nat64_private'
  | 'not_global_unicast'
  | 'self_address'
  | 'invalid_address'

/** Why the text of a URL is refused, before its host is looked at as an address. */
export type UrlReason =
  | 'too_long'
  | 'bad_character'
  | 'scheme'
  | 'malformed_scheme'
  | 'https_required'
  | 'userinfo'
  | 'invalid_url_or_host'
  | 'fragment'
  | 'non_canonical_host'
  | 'bad_port'
  | 'reserved_query'
  | 'special_name'

/**
 * Why the egress policy refuses. `mixed_answers`: a name has closed addresses beside open ones. `rebind`: a name that
 * had open addresses now has closed ones. `pool_policy`: a kept connection stood on an address that is closed by now.
 */
export type EgressReason = UrlReason | AddressReason | 'mixed_answers' | 'rebind' | 'pool_policy'

/** Rules, parsed once and never changed afterwards: anyone who holds the same object holds the same rules. */
export interface EgressPolicy {
  readonly allow: readonly AddressRange[]
  readonly httpsOnly: boolean
  /** Judge `64:ff9b::/96` by the IPv4 address inside, for networks that have no IPv4 of their own. */
  readonly nat64Decode: boolean
  readonly selfAddresses: readonly Address[]
}

export interface EgressRules {
  /** Blocks that are open although they are not public, as `10.1.0.0/16`, `fd12::/32` or a single address. */
  readonly allow: readonly string[]
  readonly httpsOnly?: boolean
  readonly nat64Decode?: boolean
  /** Addresses of the service itself: closed always, or a webhook could drive the service's own API. */
  readonly selfAddresses?: readonly string[]
}

/** A rule of the operator cannot be read. The service must not start: guessing would open or close the wrong thing. */
export class EgressPolicyError extends Error {
  override readonly name = 'EgressPolicyError'
  readonly code = 'config_error'
  readonly rule: string

  constructor(rule: string, expected: string) {
    super(`The egress rule ${JSON.stringify(rule)} cannot be read. Expected ${expected}.`)
    this.rule = rule
  }
}

/**
 * Reads the operator's rules.
 * @throws {EgressPolicyError} `config_error` if a rule cannot be read
 */
export function parseEgressPolicy(rules: EgressRules): EgressPolicy {
  return Object.freeze({
    allow: rules.allow.map((rule) => {
      const range = parseAddressRange(rule)
      if (range === undefined) {
        throw new EgressPolicyError(
          rule,
          'an address or a block such as 10.1.0.0/16, with no bits set behind its prefix',
        )
      }
      return range
    }),
    httpsOnly: rules.httpsOnly ?? false,
    nat64Decode: rules.nat64Decode ?? false,
    selfAddresses: (rules.selfAddresses ?? []).map((rule) => {
      const address = parseAddress(rule)
      if (address === undefined) throw new EgressPolicyError(rule, 'a single address of this service')
      return address
    }),
  })
}

export type AddressVerdict =
  /** `dial` is the address to connect to: an IPv4 address in IPv6 clothes is dialled as IPv4. */
  { readonly kind: 'allowed'; readonly dial: string } | { readonly kind: 'denied'; readonly reason: AddressReason }

/**
 * Judges one address on its bits.
 * @param text as a resolver, a socket or a URL parser wrote it, without brackets
 */
export function judgeAddress(text: string, policy: EgressPolicy): AddressVerdict {
  const address = parseAddress(text)
  if (address === undefined) return { kind: 'denied', reason: 'invalid_address' }
  const reason = address.family === 4 ? judgeIpv4(address, policy) : judgeIpv6(address, policy)
  if (reason !== undefined) return { kind: 'denied', reason }
  return { kind: 'allowed', dial: formatAddress(isInside(address, ipv4Mapped) ? embeddedIpv4(address) : address) }
}

export type AnswersVerdict =
  | { readonly kind: 'allowed'; readonly dial: readonly string[] }
  /** `address` is the first one that is closed. */
  | { readonly kind: 'denied'; readonly reason: AddressReason | 'mixed_answers'; readonly address: string }

/**
 * Judges all addresses of a name together: one that is closed closes the name. Anyone who mixes closed with open ones is
 * after the moment at which a client falls back from one to the other.
 * @param addresses at least one
 */
export function judgeAnswers(addresses: readonly string[], policy: EgressPolicy): AnswersVerdict {
  const dial = new Set<string>()
  let denied: { readonly reason: AddressReason; readonly address: string } | undefined
  for (const address of addresses) {
    const verdict = judgeAddress(address, policy)
    if (verdict.kind === 'allowed') dial.add(verdict.dial)
    else denied ??= { reason: verdict.reason, address }
  }
  if (denied === undefined) return { kind: 'allowed', dial: [...dial] }
  return { kind: 'denied', reason: dial.size > 0 ? 'mixed_answers' : denied.reason, address: denied.address }
}

/**
 * The addresses of the name `localhost`, as far as the operator opened them; none unless an allow rule names loopback.
 * Neither DNS nor the hosts file is asked: the name means the loopback addresses and nothing else (RFC 6761).
 */
export function localhostAddresses(policy: EgressPolicy): readonly string[] {
  return ['127.0.0.1', '::1'].filter((address) => judgeAddress(address, policy).kind === 'allowed')
}

function judgeIpv4(address: Address, policy: EgressPolicy): AddressReason | undefined {
  const fixed = judgeFixed(address, policy)
  if (fixed !== undefined) return fixed
  const reason = closedIpv4Ranges.find(({ range }) => isInside(address, range))?.reason
  if (reason === undefined) return undefined
  if (!isAllowListed(address, policy)) return reason
  return includesAddress(platformAddresses, address) ? reason : undefined
}

function judgeIpv6(address: Address, policy: EgressPolicy): AddressReason | undefined {
  if (isInside(address, ipv4Mapped)) {
    const reason = judgeIpv4(embeddedIpv4(address), policy)
    return reason === undefined || reason === 'self_address' ? reason : 'mapped_private'
  }
  const fixed = judgeFixed(address, policy)
  if (fixed !== undefined) return fixed
  if (isInside(address, nat64)) return judgeNat64(address, policy)
  const reason = closedIpv6Ranges.find(({ range }) => isInside(address, range))?.reason
  if (reason === undefined && isInside(address, globalUnicast)) return undefined
  if (isAllowListed(address, policy) && !includesAddress(platformAddresses, address)) {
    return judgeCarried(address, policy)
  }
  return reason ?? 'not_global_unicast'
}

/**
 * What an allow rule opened beside the public network may be a translator's: an address that no rule opens stays closed in every
 * form in which IPv6 can carry it.
 */
function judgeCarried(address: Address, policy: EgressPolicy): AddressReason | undefined {
  for (const carried of carriedIpv4(address)) {
    const fixed = judgeFixed(carried, policy)
    if (fixed !== undefined) return fixed
    if (includesAddress(platformAddresses, carried)) return 'metadata'
  }
  return undefined
}

/** The IPv4 address inside is judged as well, so that no allow rule for the translator's block opens what lies behind it. */
function judgeNat64(address: Address, policy: EgressPolicy): AddressReason | undefined {
  if (judgeIpv4(embeddedIpv4(address), policy) !== undefined) return 'nat64_private'
  return policy.nat64Decode || isAllowListed(address, policy) ? undefined : 'nat64'
}

/** What no allow rule opens. */
function judgeFixed(address: Address, policy: EgressPolicy): AddressReason | undefined {
  if (includesAddress(policy.selfAddresses, address)) return 'self_address'
  return includesAddress(metadataAddresses, address) ? 'metadata' : undefined
}

function isAllowListed(address: Address, policy: EgressPolicy): boolean {
  return policy.allow.some((range) => isInside(address, range))
}

function includesAddress(addresses: readonly Address[], address: Address): boolean {
  return addresses.some((each) => isSameAddress(each, address))
}
