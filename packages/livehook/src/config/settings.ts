// All settings: one table, parsed once, frozen. Unknown names stop the start; secrets are printed redacted.
// Precedence: flag, then environment, then default.

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
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export type SettingOrigin = 'flag' | 'environment' | 'default'

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
}

/** Names that belong to the command line's own requests and not to the service. */
const clientVariables: ReadonlySet<string> = new Set(['LIVEHOOK_URL', 'LIVEHOOK_KEY', 'LIVEHOOK_TOKEN'])

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
      egressAllow: parseRow('egressAllow', sources),
      egressProxy: parseRow('egressProxy', sources),
      dns: parseRow('dns', sources),
      logLevel: parseRow('logLevel', sources),
      graceMs: parseRow('graceMs', sources),
      retentionDays: parseRow('retentionDays', sources),
    }),
    origins: {
      host: origin('host'),
      port: origin('port'),
      store: origin('store'),
      adminKey: origin('adminKey'),
      egressAllow: origin('egressAllow'),
      egressProxy: origin('egressProxy'),
      dns: origin('dns'),
      logLevel: origin('logLevel'),
      graceMs: origin('graceMs'),
      retentionDays: origin('retentionDays'),
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
  if (row.secret !== true) return JSON.stringify(value)
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
  'egressAllow',
  'egressProxy',
  'dns',
  'logLevel',
  'graceMs',
  'retentionDays',
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
    return { origin: 'environment', text: () => readSecret(row.variable, file, sources.readFile) }
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

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
