// The table of all settings: their variables, flags, defaults, and how each text becomes a value.

import { isIP } from 'node:net'
import { nameOfProxy, parseEgressProxy } from '../domain/egress/proxy.ts'
import type { EgressProxy } from '../domain/egress/proxy.ts'

export interface Settings {
  readonly host: string
  /** 0 takes any free port; the readiness line says which. */
  readonly port: number
  readonly store:
    | { readonly kind: 'sqlite'; readonly path: string }
    /** Refused when it is opened. The URL is not kept: it carries a password. */
    | { readonly kind: 'postgres' }
  /** Start with an empty store although what another one left behind was found in its place. */
  readonly acceptEmpty: boolean
  readonly adminKey: string | undefined
  /** Keys that secrets in the store are encrypted with; the first one encrypts. Empty leaves them in the clear. */
  readonly secretKeys: readonly string[]
  /** Where people reach the service; `undefined` if that is its own address. */
  readonly publicUrl: URL | undefined
  /** CIDRs of proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustProxy: readonly string[]
  /** Files with the certificate chain and its private key, PEM; both or none. */
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
  /** CIDRs that may be dialled although they are not public. Metadata addresses stay denied. */
  readonly egressAllow: readonly string[]
  /** The proxy through which requests to webhooks leave; `undefined` for none. */
  readonly egressProxy: EgressProxy | undefined
  /** Resolver addresses, `ip` or `ip:port`; empty uses the system's. */
  readonly dns: readonly string[]
  readonly logLevel: LogLevel
  /** How long a stop waits for attempts in flight, in milliseconds. */
  readonly graceMs: number
  /** How long events are kept after their last attempt, in days; 0 keeps them for ever. */
  readonly retentionDays: number
  /** How long entries of the audit log are kept, in days; 0 keeps them for ever. */
  readonly auditDays: number
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
type LogLevel = (typeof logLevels)[number]

export interface SettingRow<Value> {
  readonly variable: string
  readonly flag: string
  readonly fallback: string
  readonly secret?: true
  /** Its flag may stand without a value, for `true`. */
  readonly isSwitch?: true
  /** What may be shown of a secret; only whether it is set if this is left out. */
  readonly show?: (value: Value) => string
  /** Returns the value, or throws a sentence that says what would be right. */
  readonly parse: (text: string) => Value
}

/** A text that is none of a setting; the message says what would be right. */
export class Unfit extends Error {}

export const rows: { readonly [Name in keyof Settings]: SettingRow<Settings[Name]> } = {
  host: {
    variable: 'LIVEHOOK_HOST',
    flag: '--host',
    fallback: '127.0.0.1',
    parse: (text) => {
      if (text === '') throw new Unfit('an address or a name to listen on, such as 127.0.0.1 or 0.0.0.0')
      return text
    },
  },
  port: {
    variable: 'LIVEHOOK_PORT',
    flag: '--port',
    fallback: '8484',
    parse: (text) => wholeNumber(text, 0, 65_535, 'a port from 0 to 65535 (0 takes any free one)'),
  },
  store: {
    variable: 'LIVEHOOK_STORE',
    flag: '--store',
    fallback: 'sqlite:./data/livehook.db',
    parse: (text) => {
      if (/^postgres(ql)?:/.test(text)) return { kind: 'postgres' }
      const path = /^sqlite:(.+)$/.exec(text)?.[1]
      if (path === undefined) throw new Unfit('sqlite:<path of a file>, such as sqlite:./data/livehook.db')
      return { kind: 'sqlite', path }
    },
  },
  acceptEmpty: {
    variable: 'LIVEHOOK_ACCEPT_EMPTY',
    flag: '--accept-empty',
    fallback: 'false',
    isSwitch: true,
    parse: (text) => {
      if (text !== 'true' && text !== 'false') throw new Unfit('true or false')
      return text === 'true'
    },
  },
  adminKey: {
    variable: 'LIVEHOOK_ADMIN_KEY',
    flag: '--admin-key',
    fallback: '',
    secret: true,
    parse: (text) => {
      if (text === '') return undefined
      // Eight characters can be guessed through the network in days; sixteen cannot.
      if (!/^[\x21-\x7e]{16,256}$/.test(text)) {
        throw new Unfit(
          '16 to 256 visible ASCII characters without spaces, for example the output of `openssl rand -hex 24`',
        )
      }
      return text
    },
  },
  secretKeys: {
    variable: 'LIVEHOOK_SECRET_KEY',
    flag: '--secret-key',
    fallback: '',
    secret: true,
    show: (keys) => (keys.length === 0 ? 'not set' : `(set, ${keys.length})`),
    parse: (text) => {
      const keys = list(text)
      if (!keys.every((key) => /^[\x21-\x7e]{32,256}$/.test(key)) || new Set(keys).size !== keys.length) {
        throw new Unfit(
          'one key of 32 to 256 visible ASCII characters, for example the output of `openssl rand -hex 32`, or several different ones with commas between them, the newest first',
        )
      }
      return keys
    },
  },
  publicUrl: {
    variable: 'LIVEHOOK_PUBLIC_URL',
    flag: '--public-url',
    fallback: '',
    parse: (text) => {
      if (text === '') return undefined
      const url = URL.parse(text)
      const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
      if (!isOrigin)
        throw new Unfit('the scheme, name and port where people reach the service, such as https://hooks.example.com')
      return url
    },
  },
  trustProxy: {
    variable: 'LIVEHOOK_TRUST_PROXY',
    flag: '--trust-proxy',
    fallback: '',
    parse: (text) => {
      const networks = list(text)
      if (!networks.every(isNetwork))
        throw new Unfit('addresses or networks with commas between them, such as 10.0.0.0/8,::1')
      return networks
    },
  },
  tlsCert: {
    variable: 'LIVEHOOK_TLS_CERT',
    flag: '--tls-cert',
    fallback: '',
    parse: (text) => (text === '' ? undefined : text),
  },
  tlsKey: {
    variable: 'LIVEHOOK_TLS_KEY',
    flag: '--tls-key',
    fallback: '',
    parse: (text) => (text === '' ? undefined : text),
  },
  egressAllow: {
    variable: 'LIVEHOOK_EGRESS_ALLOW',
    flag: '--egress-allow',
    fallback: '',
    parse: (text) => list(text),
  },
  egressProxy: {
    variable: 'LIVEHOOK_EGRESS_PROXY',
    flag: '--egress-proxy',
    fallback: '',
    // It may carry credentials.
    secret: true,
    show: (proxy) => (proxy === undefined ? 'not set' : nameOfProxy(proxy)),
    parse: (text) => {
      if (text === '') return undefined
      const proxy = parseEgressProxy(text)
      if (proxy === undefined) throw new Unfit('http://host:port or http://user:password@host:port')
      return proxy
    },
  },
  dns: {
    variable: 'LIVEHOOK_DNS',
    flag: '--dns',
    fallback: '',
    parse: (text) => list(text),
  },
  logLevel: {
    variable: 'LIVEHOOK_LOG_LEVEL',
    flag: '--log-level',
    fallback: 'info',
    parse: (text) => {
      const level = logLevels.find((each) => each === text)
      if (level === undefined) throw new Unfit(`one of ${logLevels.join(', ')}`)
      return level
    },
  },
  graceMs: {
    variable: 'LIVEHOOK_STOP_GRACE_MS',
    flag: '--stop-grace-ms',
    fallback: '10000',
    parse: (text) => wholeNumber(text, 0, 300_000, 'milliseconds from 0 to 300000'),
  },
  retentionDays: {
    variable: 'LIVEHOOK_RETENTION_DAYS',
    flag: '--retention-days',
    fallback: '7',
    parse: (text) => wholeNumber(text, 0, 3650, 'days from 0 (for ever) to 3650'),
  },
  auditDays: {
    variable: 'LIVEHOOK_AUDIT_DAYS',
    flag: '--audit-days',
    fallback: '90',
    parse: (text) => wholeNumber(text, 0, 3650, 'days from 0 (for ever) to 3650'),
  },
}

/** In the order in which they are shown. */
export const settingNames = [
  'host',
  'port',
  'store',
  'acceptEmpty',
  'adminKey',
  'secretKeys',
  'publicUrl',
  'trustProxy',
  'tlsCert',
  'tlsKey',
  'egressAllow',
  'egressProxy',
  'dns',
  'logLevel',
  'graceMs',
  'retentionDays',
  'auditDays',
] as const

function wholeNumber(text: string, least: number, most: number, expected: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value) || value < least || value > most) throw new Unfit(expected)
  return value
}

/** An address, or a network as address and length of its prefix. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
