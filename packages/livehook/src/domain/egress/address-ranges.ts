// Which addresses no webhook may point at, and what each block is called. Our own tables, because a library's idea of
// "private" leaves holes (carrier-grade NAT, platform addresses, IPv4 inside IPv6) that have been used against others.
// Source: IANA IPv4 and IPv6 special-purpose address registries (RFC 6890, RFC 8190) and the address plans of the clouds.

import { parseAddress, parseAddressRange } from './address.ts'
import type { Address, AddressRange } from './address.ts'
import { assert } from '../assert.ts'

/** Why a block is closed. The words are shown to people and kept with attempts, so they never change. */
export type RangeReason =
  | 'unspecified'
  | 'this_network'
  | 'private'
  | 'cgnat'
  | 'loopback'
  | 'link_local'
  | 'ietf_protocol'
  | 'documentation'
  | 'as112'
  | 'amt'
  | 'deprecated_6to4_relay'
  | 'benchmarking'
  | 'multicast'
  | 'reserved'
  | 'broadcast'
  | 'ipv4_compatible'
  | 'siit'
  | 'nat64_local'
  | 'discard'
  | 'teredo'
  | 'orchid'
  | '6to4'
  | 'unique_local'
  | 'site_local'

export interface ClosedRange {
  readonly range: AddressRange
  readonly reason: RangeReason
}

/** Closed blocks of IPv4; the first match names the reason, so the narrower block stands first. */
export const closedIpv4Ranges: readonly ClosedRange[] = [
  closed('0.0.0.0/32', 'unspecified'),
  closed('0.0.0.0/8', 'this_network'),
  closed('10.0.0.0/8', 'private'),
  closed('100.64.0.0/10', 'cgnat'),
  closed('127.0.0.0/8', 'loopback'),
  closed('169.254.0.0/16', 'link_local'),
  closed('172.16.0.0/12', 'private'),
  closed('192.0.0.0/24', 'ietf_protocol'),
  closed('192.0.2.0/24', 'documentation'),
  closed('192.31.196.0/24', 'as112'),
  closed('192.52.193.0/24', 'amt'),
  closed('192.88.99.0/24', 'deprecated_6to4_relay'),
  closed('192.168.0.0/16', 'private'),
  closed('192.175.48.0/24', 'as112'),
  closed('198.18.0.0/15', 'benchmarking'),
  closed('198.51.100.0/24', 'documentation'),
  closed('203.0.113.0/24', 'documentation'),
  closed('224.0.0.0/4', 'multicast'),
  closed('255.255.255.255/32', 'broadcast'),
  closed('240.0.0.0/4', 'reserved'),
]

/** Closed blocks of IPv6. What is outside `globalUnicast` is closed as well; these only give it a better name. */
export const closedIpv6Ranges: readonly ClosedRange[] = [
  closed('::/128', 'unspecified'),
  closed('::1/128', 'loopback'),
  closed('::/96', 'ipv4_compatible'),
  closed('::ffff:0:0:0/96', 'siit'),
  closed('64:ff9b:1::/48', 'nat64_local'),
  closed('100::/64', 'discard'),
  closed('2001::/32', 'teredo'),
  closed('2001:2::/48', 'benchmarking'),
  closed('2001:3::/32', 'amt'),
  closed('2001:4:112::/48', 'as112'),
  closed('2001:10::/28', 'orchid'),
  closed('2001:20::/28', 'orchid'),
  closed('2001:db8::/32', 'documentation'),
  closed('2001::/23', 'ietf_protocol'),
  closed('2002::/16', '6to4'),
  closed('2620:4f:8000::/48', 'as112'),
  closed('3fff::/20', 'documentation'),
  closed('fc00::/7', 'unique_local'),
  closed('fe80::/10', 'link_local'),
  closed('fec0::/10', 'site_local'),
  closed('ff00::/8', 'multicast'),
]

/** The only block of IPv6 that is given out for the public network. */
export const globalUnicast = range('2000::/3')

/** IPv4 written as IPv6 (RFC 4291, 2.5.5.2). Always judged as the IPv4 address that it carries. */
export const ipv4Mapped = range('::ffff:0:0/96')

/** IPv4 behind a translator (RFC 6052). */
export const nat64 = range('64:ff9b::/96')

/** Where clouds hand out credentials to anyone who asks. Closed whatever an allow rule says. */
export const metadataAddresses: readonly Address[] = [
  '169.254.169.254', // AWS, Google, Azure, OpenStack, DigitalOcean and most others
  '169.254.170.2', // AWS container credentials
  '192.0.0.192', // Oracle
  '168.63.129.16', // Azure WireServer: a public address that every Azure machine reaches privately
  '100.100.100.200', // Alibaba
  'fd00:ec2::254', // AWS
].map(address)

/** More of the same kind: named after their block, and closed whatever an allow rule says. */
export const platformAddresses: readonly Address[] = [
  '169.254.0.23', // Tencent
  '169.254.42.42', // Scaleway
  '169.254.170.23', // AWS pod identity
  'fd00:ec2::23', // AWS pod identity
  'fd00:42::42', // Scaleway
  'fd00:c1::a9fe:a9fe', // Oracle
  'fd20:ce::254', // Google
].map(address)

function closed(text: string, reason: RangeReason): ClosedRange {
  return { range: range(text), reason }
}

function range(text: string): AddressRange {
  const parsed = parseAddressRange(text)
  assert(parsed !== undefined, `${text} is no address range`)
  return parsed
}

function address(text: string): Address {
  const parsed = parseAddress(text)
  assert(parsed !== undefined, `${text} is no address`)
  return parsed
}
