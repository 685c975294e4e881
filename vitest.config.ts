import { defineConfig } from 'vitest/config'

// Tests of pure functions share their workers: nothing that one of them does can reach another.
const pure = ['packages/protocol/test/**/*.test.ts', 'packages/livehook/test/{domain,config}/**/*.test.ts']

export default defineConfig({
  // The sources of the workspace packages are tested, not what was built from them.
  resolve: { conditions: ['source'] },
  // These reach Node itself: with `import` among them, `require` would get the ESM half of packages that have two.
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    pool: 'forks',
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    // Generous, since nothing is asserted about time: a busy machine must not turn a promise red.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          // Real processes, sockets and files: a worker per test file keeps one file's handles out of another's.
          name: 'real',
          include: ['packages/*/{src,test}/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...pure],
        },
      },
    ],
  },
})
