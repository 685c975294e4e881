// All settings: one table, parsed once, frozen. Unknown names stop the start; secrets are printed redacted.
// Precedence: flag, then environment, then default.

import { isIP } from 'node:net'
import { nameOfProxy, parseEgressProxy } from '../domain/egress-proxy.ts'
import type { EgressProxy } from '../domain/egress-proxy.ts'
import { messageOf } from '../domain/error-facts.ts'
import { nearest } from './nearest.ts'

export interface Settings {
  readonly host: string
  /** 0 takes any free port; the readiness line says which. */
  readonly port: number
  readonly store: { readonly kind: 'sqlite'; readonly path: string }
  readonly adminKey: string | undefined
  /** Keys that secrets in the store are encrypted with; the first one encrypts. Empty leaves them in the clear. */
  readonly secretKeys: readonly string[]
  /** Where people reach the service; `undefined` where that is its own address. */
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
export type LogLevel = (typeof logLevels)[number]

export type SettingOrigin = 'flag' | 'environment' | 'file' | 'default'

export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly code = 'invalid_setting'
}

interface SettingRow<Value> {
  readonly variable: string
  readonly flag: string
  readonly fallback: string
  readonly secret?: true
  /** What may be shown of a secret; only whether it is set where this is left out. */
  readonly show?: (value: Value) => string
  /** Returns the value, or throws a sentence that says what would be right. */
  readonly parse: (text: string) => Value
}

class Unfit extends Error {}

const rows: { readonly [Name in keyof Settings]: SettingRow<Settings[Name]> } = {
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
      const path = /^sqlite:(.+)$/.exec(text)?.[1]
      if (path === undefined) throw new Unfit('sqlite:<path of a file>, such as sqlite:./data/livehook.db')
      return { kind: 'sqlite', path }
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

/** Names that belong to the command line's own requests and not to the service. */
const clientVariables: ReadonlySet<string> = new Set([
  'LIVEHOOK_URL',
  'LIVEHOOK_KEY',
  'LIVEHOOK_TOKEN',
  // Of `dev --exec`, for the program that it runs.
  'LIVEHOOK_SDK_APP_ID',
])

export interface SettingsSources {
  /** Values of flags by setting; an absent member was not given. */
  readonly flags?: Partial<Record<keyof Settings, string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Reads the file that a `…_FILE` variable names. */
  readonly readFile: (path: string) => string
}

export interface ParsedSettings {
  readonly settings: Settings
  readonly origins: Readonly<Record<keyof Settings, SettingOrigin>>
}

/**
 * Parses all settings at once.
 * @throws SettingsError naming the flag and the variable, and what would be right
 */
export function parseSettings(sources: SettingsSources): ParsedSettings {
  refuseUnknownVariables(sources.environment)
  const origin = (name: keyof Settings): SettingOrigin => sourceOf(name, sources).origin
  return {
    settings: Object.freeze({
      host: parseRow('host', sources),
      port: parseRow('port', sources),
      store: parseRow('store', sources),
      adminKey: parseRow('adminKey', sources),
      secretKeys: parseRow('secretKeys', sources),
      publicUrl: parseRow('publicUrl', sources),
      trustProxy: parseRow('trustProxy', sources),
      tlsCert: parseRow('tlsCert', sources),
      tlsKey: parseRow('tlsKey', sources),
      egressAllow: parseRow('egressAllow', sources),
      egressProxy: parseRow('egressProxy', sources),
      dns: parseRow('dns', sources),
      logLevel: parseRow('logLevel', sources),
      graceMs: parseRow('graceMs', sources),
      retentionDays: parseRow('retentionDays', sources),
      auditDays: parseRow('auditDays', sources),
    }),
    origins: {
      host: origin('host'),
      port: origin('port'),
      store: origin('store'),
      adminKey: origin('adminKey'),
      secretKeys: origin('secretKeys'),
      publicUrl: origin('publicUrl'),
      trustProxy: origin('trustProxy'),
      tlsCert: origin('tlsCert'),
      tlsKey: origin('tlsKey'),
      egressAllow: origin('egressAllow'),
      egressProxy: origin('egressProxy'),
      dns: origin('dns'),
      logLevel: origin('logLevel'),
      graceMs: origin('graceMs'),
      retentionDays: origin('retentionDays'),
      auditDays: origin('auditDays'),
    },
  }
}

function parseRow<Name extends keyof Settings>(name: Name, sources: SettingsSources): Settings[Name] {
  const row = rows[name]
  const text = sourceOf(name, sources).text()
  try {
    return row.parse(text)
  } catch (error) {
    if (!(error instanceof Unfit)) throw error
    const shown = row.secret === true ? '(a secret)' : JSON.stringify(text)
    throw new SettingsError(`${row.flag} (${row.variable}) is ${shown}; it must be ${error.message}.`)
  }
}

/** The settings as they may be shown: secrets only say whether they are set. */
export function describeSettings(parsed: ParsedSettings): { name: string; value: string; origin: SettingOrigin }[] {
  return names.map((name) => ({
    name: rows[name].variable,
    value: describeSetting(name, parsed.settings[name]),
    origin: parsed.origins[name],
  }))
}

function describeSetting<Name extends keyof Settings>(name: Name, value: Settings[Name]): string {
  const row = rows[name]
  if (row.secret !== true) return value === undefined ? 'not set' : JSON.stringify(value)
  if (row.show !== undefined) return row.show(value)
  return value === undefined ? 'not set' : '(set)'
}

/** Variables with their flags, for the help pages. */
export function settingFlags(): {
  name: keyof Settings
  flag: string
  variable: string
  fallback: string
  isSecret: boolean
}[] {
  return names.map((name) => {
    const { flag, variable, fallback, secret } = rows[name]
    return { name, flag, variable, fallback, isSecret: secret === true }
  })
}

const names = [
  'host',
  'port',
  'store',
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

/** Where a setting's text comes from. The text is a function, since a secret's file is read only when it is needed. */
function sourceOf(name: keyof Settings, sources: SettingsSources): { origin: SettingOrigin; text: () => string } {
  const row = rows[name]
  const flag = sources.flags?.[name]
  if (flag !== undefined) return { origin: 'flag', text: () => flag }
  const value = sources.environment[row.variable]
  const file = row.secret === true ? sources.environment[`${row.variable}_FILE`] : undefined
  if (value !== undefined && file !== undefined) {
    throw new SettingsError(`${row.variable} and ${row.variable}_FILE are both set; keep one of them.`)
  }
  if (file !== undefined) {
    return { origin: 'file', text: () => readSecret(row.variable, file, sources.readFile) }
  }
  if (value !== undefined) return { origin: 'environment', text: () => value }
  return { origin: 'default', text: () => row.fallback }
}

function readSecret(variable: string, path: string, readFile: (path: string) => string): string {
  try {
    // Editors and `echo` end a file with a newline that nobody means to be part of the secret.
    return readFile(path).replace(/\r?\n$/, '')
  } catch (error) {
    throw new SettingsError(`${variable}_FILE names ${path}, which cannot be read: ${messageOf(error)}`)
  }
}

function refuseUnknownVariables(environment: SettingsSources['environment']): void {
  const known = Object.values(rows).flatMap((row) =>
    'secret' in row ? [row.variable, `${row.variable}_FILE`] : [row.variable],
  )
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith('LIVEHOOK_') || known.includes(variable) || clientVariables.has(variable)) continue
    const suggestion = nearest(variable, known)
    throw new SettingsError(
      `${variable} is not a setting.${suggestion === undefined ? ` Settings are ${known.join(', ')}.` : ` Did you mean ${suggestion}?`}`,
    )
  }
}

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
