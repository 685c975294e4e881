// Builds the console when its sources changed since it was built last.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compressBelow } from './compress.mjs'
import { root, say } from './toolchain.mjs'

const sources = ['packages/console/src', 'packages/console/public', 'packages/livehook/src/http/contract/contract.ts']
const files = [
  'packages/console/index.html',
  'packages/console/vite.config.ts',
  'packages/console/package.json',
  'package-lock.json',
  'scripts/compress.mjs',
]
const built = join(root, 'packages/livehook/dist/console')
const stamp = join(root, 'packages/livehook/dist/.console-built')

/** @param {{ node: string, env: NodeJS.ProcessEnv }} toolchain */
export function ensureConsole({ node, env }) {
  const print = fingerprint()
  const fresh = existsSync(join(built, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === print
  if (fresh) return
  say('Building the console (a few seconds, only when it changed) …')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const result = spawnSync(node, [vite, 'build', 'packages/console', '--logLevel', 'warn'], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  if (result.status !== 0) throw new Error(`The console could not be built:\n${result.stdout}${result.stderr}`)
  compressBelow(built)
  writeFileSync(stamp, print)
}

/** Names, sizes and times of all sources: cheap enough for every start. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const path of [...files, ...sources.flatMap(filesBelow)]) {
    const { size, mtimeMs } = statSync(join(root, path))
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function filesBelow(path) {
  const full = join(root, path)
  if (!existsSync(full)) return []
  if (statSync(full).isFile()) return [path]
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort()
}
