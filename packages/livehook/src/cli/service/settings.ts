// The service's settings, read by a verb: a mistake in them becomes a sentence and an exit code.

import { readFileSync } from 'node:fs'
import type { Settings } from '../../config/settings.ts'
import { parseSettings, SettingsError } from '../../config/settings.ts'
import type { CliIo } from '../io.ts'
import { CliError } from '../io.ts'

/** @throws CliError `configuration` naming the flag and the variable */
export function readSettings(flags: Partial<Record<keyof Settings, string>>, io: CliIo): Settings {
  try {
    const readFile = (path: string): string => readFileSync(path, 'utf8')
    return parseSettings({ flags, environment: io.environment, readFile }).settings
  } catch (error) {
    if (error instanceof SettingsError) throw new CliError('configuration', error.message)
    throw error
  }
}
