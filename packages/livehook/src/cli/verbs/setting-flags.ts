// A flag for every setting of the service.

import { settingFlags } from '../../config/settings.ts'
import type { Verb } from './verb.ts'

export function addSettingFlags(verb: Verb): Verb {
  for (const { flag, variable, fallback, isSecret } of settingFlags()) {
    // A secret on a command line can be read by everybody on the machine.
    if (isSecret) continue
    verb.option(`${flag} <value>`, `${variable}${fallback === '' ? '' : ` (default ${fallback})`}`)
  }
  return verb
}
