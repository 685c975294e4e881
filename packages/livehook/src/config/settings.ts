// All settings, parsed once and frozen by one table (setting-table.ts). Unknown names stop the start; secrets are printed redacted.
// Precedence: flag, then environment, then default.

import { messageOf } from '../domain/diagnosis/error-facts.ts'
import { nearest } from './nearest.ts'
import type { Settings } from './setting-table.ts'
import { rows, settingNames, Unfit } from './setting-table.ts'

export type { Settings } from './setting-table.ts'

export type SettingOrigin = 'flag' | 'environment' | 'file' | 'default'

export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly code = 'invalid_setting'
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
      acceptEmpty: parseRow('acceptEmpty', sources),
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
      acceptEmpty: origin('acceptEmpty'),
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
  return settingNames.map((name) => ({
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
  isSwitch: boolean
}[] {
  return settingNames.map((name) => {
    const { flag, variable, fallback, secret, isSwitch } = rows[name]
    return { name, flag, variable, fallback, isSecret: secret === true, isSwitch: isSwitch === true }
  })
}

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
    // Editors and `echo` end a file with a newline that no one means to be part of the secret.
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
