import { expect, test } from 'vitest'
import { fuzzContract } from './contract-run.ts'

/** Another one each time; a run that fails prints it, and `npm run fuzz -- --seed` makes the same requests again. */
const seed = Number(process.env['LIVEHOOK_FUZZ_SEED'] ?? Math.floor(Math.random() * 1_000_000_000))

test(
  'five thousand requests, good, nearly good and hostile, find no answer outside the contract, no 500 and nothing in the log',
  { timeout: 300_000 },
  async () => {
    const { breaches, logged, succeeded, operations } = await fuzzContract({ runs: 5000, seed })
    expect({ seed, breaches, logged }).toEqual({ seed, breaches: [], logged: [] })
    // Requests that are all refused would find nothing.
    expect(succeeded / operations).toBeGreaterThan(0.5)
  },
)
