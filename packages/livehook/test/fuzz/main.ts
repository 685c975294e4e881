// npm run fuzz -- --runs 100000 [--seed 1]: generated requests against the contract of a real service.

import { parseArgs } from 'node:util'
import { fuzzContract } from './contract-run.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string' } } })
const runs = Number(values.runs)
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed)
const startedAt = performance.now()
const report = await fuzzContract({
  runs,
  seed,
  onProgress: (done) => {
    if (done % 5000 === 0)
      console.error(`${done} of ${runs} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`)
  },
})
for (const problem of [...report.breaches, ...report.logged]) console.error(`\n${problem}`)
const statuses = [...report.statuses]
  .toSorted(([left], [right]) => left - right)
  .map(([status, count]) => `${status}: ${count}`)
console.log(
  `seed ${seed}: ${runs} requests, ${report.breaches.length} outside the contract, ${report.logged.length} in the log`,
)
console.log(`${report.succeeded} of ${report.operations} operations succeeded; ${statuses.join(', ')}`)
process.exitCode = report.breaches.length + report.logged.length > 0 ? 1 : 0
