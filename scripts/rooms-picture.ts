// The picture of the rooms in docs/architecture.md, made from the imports of the code: `npm run docs:rooms` writes it, and
// check-docs.ts fails if it is not what the code says.

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { importsOf, readSources } from './check-arrows.ts'

const service = 'packages/livehook/src'
export const picturePage = join(dirname(import.meta.dirname), 'docs/architecture.md')
const begin = '<!-- rooms: made by `npm run docs:rooms` -->'
const end = '<!-- /rooms -->'

/** Rooms with rooms of their own inside. */
const halls = new Set(['engine', 'store', 'http', 'egress'])

/** Everyone may use them, so arrows to them would say nothing. */
const common = new Set(['domain', 'config', 'observe', 'places', 'version', 'sha256', 'store/port', 'egress/port'])

/** Rooms that are files of their own stand under the name of what they belong to. */
const together: Readonly<Record<string, string>> = {
  'service-types': 'service',
  index: 'service',
  'local-probe': 'cli',
}

/**
 * Draws the second-level rooms and who imports whom.
 * @param files sources by path
 * @returns a Mermaid flowchart, the same for the same imports
 */
export function roomsPicture(files: ReadonlyMap<string, string>): string {
  const arrows = new Map<string, Set<string>>()
  for (const [file, text] of files) {
    if (!file.startsWith(`${service}/`)) continue
    const from = roomOf(relative(service, file))
    if (common.has(from)) continue
    const reached = arrows.get(from) ?? new Set<string>()
    arrows.set(from, reached)
    for (const { target } of importsOf(file, text)) {
      if (!target.startsWith('.')) continue
      const to = roomOf(relative(service, join(dirname(file), target)))
      if (to !== from && !common.has(to)) reached.add(to)
    }
  }
  const rooms = [...arrows.keys()].toSorted()
  const lines = ['flowchart TD']
  for (const hall of [...halls].toSorted()) {
    const inside = rooms.filter((room) => room.startsWith(`${hall}/`))
    lines.push(
      `  subgraph ${hall}`,
      ...inside.map((room) => `    ${idOf(room)}[${room.slice(hall.length + 1)}]`),
      '  end',
    )
  }
  for (const room of rooms) {
    const targets = [...(arrows.get(room) ?? [])].toSorted()
    if (targets.length > 0) lines.push(`  ${idOf(room)} --> ${targets.map(idOf).join(' & ')}`)
  }
  return lines.join('\n')
}

/** The room that is drawn for a path below the service's sources. */
function roomOf(path: string): string {
  const [first = '', second] = path.replace(/\.ts$/, '').split('/')
  if (second === undefined || !halls.has(first)) return together[first] ?? first
  return `${first}/${second}`
}

function idOf(room: string): string {
  return room.replaceAll(/[^a-z]/g, '_')
}

/** @returns the page with the picture as the code has it now */
export function pageWithPicture(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new TypeError(`docs/architecture.md has no place for the picture: ${begin} … ${end}`)
  return `${before}${begin}\n\n\`\`\`mermaid\n${roomsPicture(readSources())}\n\`\`\`\n\n${end}${after}`
}

if (import.meta.main) {
  writeFileSync(picturePage, pageWithPicture(readFileSync(picturePage, 'utf8')))
}
