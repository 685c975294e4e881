// npm run bench [scenario …] [-- --rounds 5 --scale 1 --json]
// Runs scenarios in alternating order over several rounds and prints medians, spread and ratios.

import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { machine } from './processes.ts'
import type { Figures } from './scenarios.ts'
import { openSink, scenarios } from './scenarios.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const names = positionals.length > 0 ? positionals : ['after', 'after-batch', 'isolation', 'slow', 'disk', 'start']
for (const name of names) {
  if (values.help || scenarios[name] === undefined) {
    console.error('npm run bench [scenario …] [-- --rounds 5 --scale 1 --json]\n')
    for (const [each, { about }] of Object.entries(scenarios)) console.error(`  ${each.padEnd(12)} ${about}`)
    process.exit(values.help ? 0 : 2)
  }
}

const sink = await openSink()
const rounds: Record<string, Figures[]> = {}
for (let round = 1; round <= Number(values.rounds); round += 1) {
  // Every other round runs backwards, so that no scenario always follows the same one.
  for (const name of round % 2 === 0 ? names.toReversed() : names) {
    const figures = await scenarios[name]?.run({ sink, scale: Number(values.scale) })
    if (figures === undefined) continue
    ;(rounds[name] ??= []).push(figures)
    console.error(`round ${round}  ${name.padEnd(12)} ${describe(figures)}`)
  }
}
sink.close()

const result = Object.fromEntries(Object.entries(rounds).map(([name, list]) => [name, summary(list)]))
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
if (values.json)
  console.log(JSON.stringify({ commit, machine: machine(), rounds: Number(values.rounds), scenarios: result }))
else printTable()

function median(list: readonly number[]): number {
  const sorted = list.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** The median of each figure; of what must never happen, the sum. */
function summary(list: readonly Figures[]): Figures {
  const figures: Figures = {}
  for (const name of Object.keys(list[0] ?? {})) {
    const all = list.map((each) => each[name] ?? 0)
    figures[name] = name === 'lost' || name === 'duplicates' ? all.reduce((sum, each) => sum + each, 0) : median(all)
    if (name === 'ratio') figures['ratioSpread'] = Math.max(...all) - Math.min(...all)
  }
  return figures
}

function describe(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3)}`)
    .join('  ')
}

function printTable(): void {
  console.log(
    `commit ${commit}  ${Object.entries(machine())
      .map(([name, value]) => `${name} ${value}`)
      .join('  ')}`,
  )
  console.log(`medians of ${values.rounds} rounds\n`)
  for (const [name, figures] of Object.entries(result)) console.log(`${name.padEnd(12)} ${describe(figures)}`)
}
