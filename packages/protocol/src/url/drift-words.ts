// Words that arrive in more than one writing.

import { optPlatforms } from './params.ts'
import type { OptPlatform } from './params.ts'

/**
 * The platform that a word means in any letter case: `IOS`, `iOs`, `macOS` as well.
 * @returns `undefined` for a word that means none of them; a platform may be newer than the list
 */
export function readOptPlatform(word: string): OptPlatform | undefined {
  const lower = word.trim().toLowerCase()
  if (lower === 'macos') return 'Mac'
  return optPlatforms.find((platform) => platform.toLowerCase() === lower)
}

/** What an `ActionStatus` means: the pages of the push commands write `FAILURE` for `FAIL`. */
export function readActionStatus(word: string): 'OK' | 'FAIL' | undefined {
  const upper = word.trim().toUpperCase()
  if (upper === 'OK') return 'OK'
  return upper === 'FAIL' || upper === 'FAILURE' ? 'FAIL' : undefined
}
