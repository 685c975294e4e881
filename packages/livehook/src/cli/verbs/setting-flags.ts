// A flag for every setting of the service.

import { Option } from 'commander'
import { settingFlags } from '../../config/settings.ts'
import type { Verb } from './verb.ts'

export function addSettingFlags(verb: Verb): Verb {
  for (const { flag, variable, fallback, isSecret, isSwitch } of settingFlags()) {
    // A secret on a command line can be read by everyone on the machine.
    if (isSecret) continue
    const what = `${variable}${fallback === '' ? '' : ` (default ${fallback})`}`
    if (isSwitch) verb.addOption(new Option(`${flag} [value]`, what).preset('true'))
    else verb.option(`${flag} <value>`, what)
  }
  return verb
}
