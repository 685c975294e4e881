import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { volume } from '../support/volume.ts'
import { fuzzContract } from './contract-run.ts'

/** Another one with each commit and the same for every run of it, so that what it finds belongs to the change at hand. */
function seedOfCommit(): number {
  try {
    return Number.parseInt(execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).slice(0, 7), 16)
  } catch {
    // A copy of the sources without their history.
    return 1
  }
}

const seed = Number(process.env['LIVEHOOK_FUZZ_SEED'] ?? seedOfCommit())
const runs = volume(1000, 5000)

test(
  `${runs} requests, good, nearly good and hostile, find no answer outside the contract, no 500 and nothing in the log`,
  { timeout: 300_000 },
  async () => {
    const { breaches, logged, succeeded, operations } = await fuzzContract({ runs, seed })
    expect({ seed, breaches, logged }).toEqual({ seed, breaches: [], logged: [] })
    // Requests that are all refused would find nothing.
    expect(succeeded / operations).toBeGreaterThan(0.5)
  },
)
