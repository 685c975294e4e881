// npm run build: what is published. Compiled sources with types for the three packages, the console's files, the SQL.

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const published = ['protocol', 'receiver', 'livehook'] as const

for (const name of published) compile(name)
run(['scripts/build-console.mjs'])
copySql()
// npm sets the bit at installation; this is for running it right here.
chmodSync(join(root, 'packages/livehook/dist/main.js'), 0o755)
console.error('Built packages/*/dist.')

/** One package with its sources' folder as root; `types` of its siblings come from their sources. */
function compile(name: (typeof published)[number]): void {
  const folder = join(root, 'packages', name)
  for (const entry of readdirSync(folder)) {
    if (entry !== 'dist') continue
    // What browsers get is built on its own clock and stays.
    for (const inner of readdirSync(join(folder, 'dist'))) {
      if (inner !== 'console' && inner !== '.console-built' && inner !== 'docs')
        rmSync(join(folder, 'dist', inner), { recursive: true })
    }
  }
  const config = join(folder, 'tsconfig.build.json')
  writeFileSync(
    config,
    JSON.stringify({
      extends: '../../tsconfig.base.json',
      compilerOptions: {
        noEmit: false,
        rootDir: 'src',
        outDir: 'dist',
        declaration: true,
        // Its siblings are built already, and their declarations are what a user sees.
        customConditions: [],
      },
      include: ['src'],
      exclude: ['src/**/*.test.ts'],
    }),
  )
  try {
    run(['tsc', '-p', config])
  } finally {
    rmSync(config)
  }
}

function copySql(): void {
  const from = join(root, 'packages/livehook/src/store/sqlite/migrations')
  cpSync(from, join(root, 'packages/livehook/dist/store/sqlite/migrations'), { recursive: true })
}

function run(command: readonly string[]): void {
  const result = spawnSync(process.argv0, ['scripts/run.mjs', ...command], { cwd: root, stdio: 'inherit' })
  if (result.status !== 0) throw new Error(`${command.join(' ')} failed`)
}
