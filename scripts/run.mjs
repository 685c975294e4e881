// node scripts/run.mjs <tool or file.ts> [arguments]
// Runs one of the repository's tools (node_modules/.bin) or TypeScript files with the repository's Node.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureRuntimes } from './runtimes.mjs'
import { ensureToolchain, root, runInForeground, say, sourceArguments } from './toolchain.mjs'

const [what, ...args] = process.argv.slice(2)
if (what === undefined) {
  say('usage: node scripts/run.mjs <tool or file.ts> [arguments]')
  process.exit(2)
}

const { node, env } = ensureToolchain()
// The tests and the benchmark run programs with other runtimes as well.
if (what === 'vitest' || what.startsWith('bench/')) ensureRuntimes()
if (what.endsWith('.ts') || what.endsWith('.mjs')) {
  process.exitCode = await runInForeground(node, [...sourceArguments, join(root, what), ...args], {
    env,
    cwd: process.cwd(),
  })
} else {
  const tool = join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${what}.cmd` : what)
  if (!existsSync(tool)) throw new Error(`There is no tool called ${what} in node_modules/.bin.`)
  process.exitCode = await runInForeground(tool, args, { env, shell: process.platform === 'win32' })
}
