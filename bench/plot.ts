// npm run bench -- growth --rounds 3 --json > growth.json && node scripts/run.mjs bench/plot.ts growth.json
// Draws docs/images/performance.svg: latency over load, and drain rate over backlog.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Figures } from './figures.ts'

interface Line {
  readonly name: string
  readonly colour: string
  readonly dash: string
  readonly points: readonly (readonly [number, number])[]
}

interface Chart {
  readonly title: string
  readonly across: string
  readonly isLogarithmic: boolean
  readonly lines: readonly Line[]
}

const width = 460
const height = 280
const margin = { left: 56, right: 16, top: 34, bottom: 44 }

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('Name the file with the output of: npm run bench -- growth --json')
const result = JSON.parse(readFileSync(file, 'utf8')) as { scenarios: { growth: Figures } }
const { growth } = result.scenarios

/** The figures whose names begin so, by the number behind the `@`. */
function pointsOf(name: string): (readonly [number, number])[] {
  return Object.entries(growth).flatMap(([key, value]) => {
    const [what, at] = key.split('@')
    return what === name && at !== undefined ? [[Number(at), value] as const] : []
  })
}

function draw({ title, across, isLogarithmic, lines }: Chart, left: number): string {
  const all = lines.flatMap(({ points }) => points)
  const xs = [...new Set(all.map(([x]) => x))].toSorted((one, other) => one - other)
  const top = niceCeiling(Math.max(...all.map(([, y]) => y)))
  const scaled = (x: number): number => (isLogarithmic ? Math.log10(x) : x)
  const [from, to] = [isLogarithmic ? scaled(xs[0] ?? 1) : 0, scaled(xs.at(-1) ?? 1)]
  const px = (x: number): number =>
    left + margin.left + ((scaled(x) - from) / (to - from || 1)) * (width - margin.left - margin.right)
  const py = (y: number): number => height - margin.bottom - (y / top) * (height - margin.top - margin.bottom)
  const rows = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const y = py(top * part)
    return `<line x1="${left + margin.left}" x2="${left + width - margin.right}" y1="${y}" y2="${y}" class="grid"/><text x="${left + margin.left - 6}" y="${y + 4}" text-anchor="end">${short(top * part)}</text>`
  })
  const shown = isLogarithmic ? xs : xs.filter((x, index) => index === 0 || x % 1000 === 0)
  const columns = shown.map(
    (x) => `<text x="${px(x)}" y="${height - margin.bottom + 16}" text-anchor="middle">${short(x)}</text>`,
  )
  const paths = lines.map(({ name, colour, dash, points }, index) => {
    const path = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join('')
    const dots = points.map(
      ([x, y]) => `<circle cx="${px(x).toFixed(1)}" cy="${py(y).toFixed(1)}" r="2.5" fill="${colour}"/>`,
    )
    const key = left + margin.left + 8 + index * 90
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>${dots.join('')}<line x1="${key}" x2="${key + 22}" y1="${margin.top + 8}" y2="${margin.top + 8}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/><text x="${key + 27}" y="${margin.top + 12}">${name}</text>`
  })
  return [
    `<text x="${left + margin.left}" y="18" class="title">${title}</text>`,
    ...rows,
    ...columns,
    ...paths,
    `<text x="${left + (margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">${across}</text>`,
  ].join('\n')
}

function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

function short(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000} M`
  return value >= 1000 ? `${value / 1000} k` : String(Math.round(value * 100) / 100)
}

const charts: readonly Chart[] = [
  {
    title: 'POST to arrival, ms',
    across: 'events a second, open loop',
    isLogarithmic: false,
    lines: [
      { name: 'p50', colour: '#0b6bcb', dash: '', points: pointsOf('p50Ms') },
      { name: 'p99', colour: '#b3261e', dash: '6 3', points: pointsOf('p99Ms') },
    ],
  },
  {
    title: 'drain rate, deliveries a second',
    across: 'backlog, deliveries',
    isLogarithmic: true,
    lines: [{ name: 'rate', colour: '#0b6bcb', dash: '', points: pointsOf('drainRate') }],
  },
]

const style =
  'text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-weight:600;fill:#24292f}.grid{stroke:#d0d7de;stroke-width:1}svg{background:#fff}'
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width * 2} ${height}" width="${width * 2}" height="${height}" role="img" aria-label="Latency over load, and drain rate over backlog"><style>${style}</style><rect width="100%" height="100%" fill="#fff"/>
${charts.map((chart, index) => draw(chart, index * width)).join('\n')}
</svg>
`
writeFileSync(join(import.meta.dirname, '../docs/images/performance.svg'), svg)
