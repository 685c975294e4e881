// The version of this package, read from its package.json: the one place where it stands.

import { readFileSync } from 'node:fs'

/** For example `0.1.0`. */
export function readVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
