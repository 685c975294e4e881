import { defineConfig } from 'vitest/config'

export default defineConfig({
  // The sources of the workspace packages are tested, not what was built from them.
  resolve: { conditions: ['source'] },
  // These reach Node itself: with `import` among them, `require` would get the ESM half of packages that have two.
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'tests/**/*.test.ts'],
    // Real processes, sockets and files: forks keep one test file's handles out of another's.
    pool: 'forks',
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    // Generous, since nothing is asserted about time: a busy machine must not turn a promise red.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
  },
})
