// livehook config show --origin: each setting as `serve` would take it here, and where it comes from.

import { readFileSync } from 'node:fs'
import type { Settings } from '../../config/settings.ts'
import { describeSettings, parseSettings, SettingsError } from '../../config/settings.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import { terminalWidth } from '../terminal/paint.ts'
import { tableOf } from '../terminal/table.ts'

export interface ConfigOptions {
  readonly origin?: true
  readonly json?: true
}

type Flags = Partial<Record<keyof Settings, string>>

export function showConfig({ origin, json, ...flags }: ConfigOptions & Flags, io: CliIo): void {
  const settings = describe(flags, io)
  if (json === true) {
    line(io.stdout, JSON.stringify(settings))
    return
  }
  const rows = settings.map((setting) => [setting.name, setting.value, ...(origin === true ? [setting.origin] : [])])
  const head = ['SETTING', 'VALUE', ...(origin === true ? ['FROM'] : [])]
  const fit = ['whole', 'words', 'whole'] as const
  for (const text of tableOf([head, ...rows], { width: terminalWidth(io.stdout), fit })) line(io.stdout, text)
}

function describe(flags: Flags, io: CliIo): ReturnType<typeof describeSettings> {
  try {
    const readFile = (path: string): string => readFileSync(path, 'utf8')
    return describeSettings(parseSettings({ flags, environment: io.environment, readFile }))
  } catch (error) {
    if (error instanceof SettingsError) throw new CliError('configuration', error.message)
    throw error
  }
}
