// The version of this package, read from its package.json: the one place where it stands.

import { readFileSync } from 'node:fs'
import { manifestFile } from './places.ts'

/** For example `0.1.0`. */
export function readVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(manifestFile, 'utf8'))
  return manifest.version
}
