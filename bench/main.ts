// npm run bench [-- scenario … --rounds 5 --scale 1 --json --built]
// Builds what is published, runs scenarios in alternating order over several rounds and prints medians, spread and ratios.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openSink } from './far-sides.ts'
import type { Figures } from './figures.ts'
import { summary } from './figures.ts'
import { scenarios, usual } from './scenarios/index.ts'
import { machine } from './service-process.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    /** Takes what was built last. */
    built: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const names = positionals.length > 0 ? positionals : usual
if (values.help || names.some((name) => scenarios[name] === undefined)) {
  console.error('npm run bench [-- scenario … --rounds 5 --scale 1 --json --built]\n')
  for (const [name, { about }] of Object.entries(scenarios)) console.error(`  ${name.padEnd(12)} ${about}`)
  process.exit(values.help ? 0 : 2)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

if (!values.built) {
  console.error('Building what is published; it is measured as it runs for those who install it …')
  const root = join(import.meta.dirname, '..')
  execFileSync(process.execPath, ['scripts/run.mjs', 'scripts/build.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
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
if (values.json) {
  console.log(JSON.stringify({ commit, machine: machine(), rounds: Number(values.rounds), scenarios: result }))
} else {
  const facts = Object.entries(machine()).map(([name, value]) => `${name} ${value}`)
  console.log(`commit ${commit}  ${facts.join('  ')}\nmedians of ${values.rounds} rounds\n`)
  for (const [name, figures] of Object.entries(result)) console.log(`${name.padEnd(12)} ${describe(figures)}`)
}

function describe(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3)}`)
    .join('  ')
}
