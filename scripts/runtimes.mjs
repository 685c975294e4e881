// Bun and workerd, for the tests and the benchmark: packages of their own lock file in runtimes/, installed when they are needed.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root, say } from './toolchain.mjs'

const folder = join(root, 'runtimes')
const stamp = join(folder, 'node_modules', '.livehook-installed')

export function ensureRuntimes() {
  const print = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === print) return
  say('Installing Bun and workerd, which some tests run programs with (half a minute, only when they changed) …')
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder })
  writeFileSync(stamp, print)
}
