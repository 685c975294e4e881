// npm run verify: everything that must hold before a change is handed in, cheapest first.

import { spawnSync } from 'node:child_process'

const steps: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'types of the console', command: ['tsc', '--noEmit', '-p', 'packages/console'] },
  { name: 'import directions', command: ['scripts/check-arrows.ts'] },
  { name: 'documentation', command: ['scripts/check-docs.ts'] },
  { name: 'unused code', command: ['knip'] },
  { name: 'console', command: ['scripts/build-console.mjs'] },
  // With the console: what its first page takes is measured as it was built.
  { name: 'sizes of bundles', command: ['scripts/check-size.ts'] },
  { name: 'tests', command: ['vitest', 'run'] },
]

for (const { name, command } of steps) {
  const startedAt = performance.now()
  const result = spawnSync(process.argv0, ['scripts/run.mjs', ...command], { stdio: 'inherit' })
  if (result.status !== 0) {
    console.error(`verify: ${name} failed`)
    process.exit(1)
  }
  console.error(`verify: ${name} holds (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
}
