// npm test: installs what is missing, builds the console, runs every test, and ends with "N passed, N failed".
// With --nightly the tests run at their whole volume (test/support/volume.ts).

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureApiPage } from './api-page.mjs'
import { ensureConsole } from './console.mjs'
import { ensureRuntimes } from './runtimes.mjs'
import { ensureSystemTools } from './system-tools.mjs'
import { ensureToolchain, root, runInForeground } from './toolchain.mjs'

const toolchain = ensureToolchain()
const { node, env } = toolchain
ensureSystemTools()
ensureRuntimes()
ensureConsole(toolchain)
ensureApiPage(toolchain)

const args = process.argv.slice(2)
const isNightly = args.includes('--nightly')
const report = join(tmpdir(), `livehook-test-${process.pid}.json`)
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
let code = await runInForeground(
  node,
  [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args.filter((each) => each !== '--nightly'),
  ],
  { env: isNightly ? { ...env, LIVEHOOK_NIGHTLY: '1' } : env },
)

let counts = { passed: 0, failed: 1 }
if (existsSync(report)) {
  const result = JSON.parse(readFileSync(report, 'utf8'))
  // A file that could not be run at all has no tests in it; it counts as one that failed.
  const brokenFiles = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  counts = { passed: result.numPassedTests, failed: result.numFailedTests + brokenFiles.length }
  rmSync(report)
}
if (counts.failed > 0 || counts.passed === 0) code = code === 0 ? 1 : code
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = code
