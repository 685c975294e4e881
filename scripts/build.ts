// npm run build: what is published. Compiled sources with types for the three packages (those of the service put together in a few
// files), the console's files, the SQL.

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { rolldown } from 'rolldown'

const root = dirname(import.meta.dirname)
const published = ['protocol', 'receiver', 'livehook'] as const

for (const name of published) compile(name)
await bundleService()
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

/**
 * Puts the modules of the service together: to find and read them one by one would take 50 ms of a start. What is imported by
 * name from outside, and what refers to files beside it, stays a file of its own.
 */
async function bundleService(): Promise<void> {
  const dist = join(root, 'packages/livehook/dist')
  const places = 'places.js'
  const entries = [
    'main',
    'index',
    'http/contract/contract',
    'store/sqlite/thread/writer',
    'store/sqlite/thread/reader',
  ]
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, join(dist, `${entry}.js`)])),
    platform: 'node',
    external: (id) => id.endsWith(places) || (!id.startsWith('.') && !isAbsolute(id)),
  })
  const { output } = await build.generate({ format: 'esm', chunkFileNames: 'chunks/[name].js' })
  await build.close()
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.js') && file !== places && !/^(console|docs)[/\\]/.test(file)) rmSync(join(dist, file))
  }
  for (const chunk of output) {
    if (chunk.type !== 'chunk') throw new Error(`${chunk.fileName} is no module.`)
    const file = join(dist, chunk.fileName)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, chunk.code)
  }
}

function copySql(): void {
  const from = join(root, 'packages/livehook/src/store/sqlite/file/migrations')
  cpSync(from, join(root, 'packages/livehook/dist/store/sqlite/file/migrations'), { recursive: true })
}

function run(command: readonly string[]): void {
  const result = spawnSync(process.argv0, ['scripts/run.mjs', ...command], { cwd: root, stdio: 'inherit' })
  if (result.status !== 0) throw new Error(`${command.join(' ')} failed`)
}
