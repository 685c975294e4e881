// Imports run one way; this fails on any other. The rooms and what each may use are this table and nothing else.
//
//   main → service → { http, cli } → engine → { store, egress } → domain → @livehook/protocol
//   config and observe are leaf rooms for anyone above domain; receiver → protocol; console → the contract's types only.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = dirname(import.meta.dirname)
const service = 'packages/livehook/src'

/** What every group of routes may use. */
const edge = [
  'http/contract',
  'http/present',
  'http/listener',
  'http/gates',
  'engine',
  'store/port',
  'egress/port',
  'domain',
  'config',
  'observe',
]

/**
 * Rooms below `packages/livehook/src`, and the rooms that each may import from beside itself. A room is a folder, or a file of
 * its own; a name in a list allows the whole folder. The longest name that fits a path is its room.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  config: ['domain'],
  observe: ['domain', 'store/port'],

  'store/port': ['domain'],
  'store/shared': ['store/port', 'domain'],
  'store/sealed': ['store/port', 'domain'],
  store: ['store/port', 'store/shared', 'domain', 'config', 'observe'],

  'egress/port': ['domain'],
  egress: ['egress/port', 'domain', 'config', 'observe'],

  // What the engine keeps in memory of the store, and what is signed: everything above leans on these two.
  'engine/wire': ['egress/port', 'domain', 'observe'],
  'engine/kept': ['engine/wire', 'store/port', 'domain', 'observe'],
  'engine/probe': ['engine/wire', 'engine/kept', 'egress/port', 'domain', 'observe'],
  'engine/deliver': ['engine/wire', 'engine/kept', 'store/port', 'egress/port', 'domain', 'observe'],
  'engine/intake': ['engine/deliver', 'engine/kept', 'store/port', 'domain', 'observe'],
  'engine/ask': ['engine/intake', 'engine/wire', 'engine/kept', 'store/port', 'egress/port', 'domain', 'observe'],
  'engine/manage': [
    'engine/ask',
    'engine/deliver',
    'engine/wire',
    'engine/kept',
    'store/port',
    'store/sealed',
    'egress/port',
    'domain',
    'observe',
  ],
  // The entry of the engine puts its rooms together.
  engine: ['engine', 'store/port', 'store/sealed', 'egress/port', 'domain', 'observe'],
  'engine/upkeep': ['engine/manage', 'engine/kept', 'store/port', 'domain', 'observe'],

  'http/contract': [],
  // Above it all app.ts and access.ts, which put the rooms together.
  'http/present': ['http/contract', 'engine', 'store/port', 'domain', 'observe'],
  'http/listener': ['http/present', 'engine', 'domain', 'observe'],
  'http/gates': [
    'http/listener',
    'http/present',
    'http/contract',
    'engine',
    'store/port',
    'domain',
    'config',
    'observe',
  ],
  'http/openapi': ['http/gates', 'http/contract', 'domain'],
  'http/routes/registrations': [...edge],
  'http/routes/events': ['http/routes/registrations', ...edge],
  'http/routes/access': ['http/routes/registrations', ...edge],
  'http/routes/history': ['http/routes/registrations', ...edge],
  'http/routes/service': ['http/openapi', 'http/routes/history', ...edge],
  'http/v4': [...edge],
  http: ['http/openapi', 'http/routes', 'http/v4', ...edge],

  'service-types': ['http/listener', 'engine', 'store', 'domain', 'config', 'observe'],
  service: ['service-types', 'http', 'engine', 'store', 'egress', 'domain', 'config', 'observe', 'sha256', 'version'],
  // The command line, from the bottom up. It speaks HTTP; only `serve` and `dev` start a service themselves.
  'cli/io': [],
  'cli/terminal': ['cli/io', 'http/contract'],
  'cli/input': ['cli/io', 'domain'],
  'cli/client': ['cli/io', 'http/contract', 'domain'],
  'cli/service': ['cli/terminal', 'cli/io', 'service', 'service-types', 'store/port', 'domain', 'config'],
  'cli/completion': ['cli/client', 'cli/io', 'http/contract'],
  'cli/signature': ['cli/input', 'cli/terminal', 'cli/io', 'domain'],
  'cli/send': ['cli/client', 'cli/input', 'cli/terminal', 'cli/io', 'http/contract', 'domain'],
  'cli/trigger': ['cli/send', 'cli/client', 'cli/input', 'cli/terminal', 'cli/io', 'http/contract'],
  'cli/simulate': ['cli/send', 'cli/client', 'cli/input', 'cli/terminal', 'cli/io', 'http/contract'],
  'cli/listen': [
    'cli/signature',
    'cli/client',
    'cli/service',
    'cli/input',
    'cli/terminal',
    'cli/io',
    'http/contract',
    'domain',
  ],
  'cli/look': ['cli/client', 'cli/service', 'cli/input', 'cli/terminal', 'cli/io', 'http/contract', 'domain'],
  // A probe without a service is put together in a file of its own, which `doctor` alone uses.
  'local-probe': ['http', 'engine', 'egress', 'domain', 'config'],
  'cli/look/doctor': [
    'local-probe',
    'cli/look',
    'cli/client',
    'cli/service',
    'cli/input',
    'cli/terminal',
    'cli/io',
    'http/contract',
    'domain',
  ],
  'cli/manage': ['cli/look', 'cli/client', 'cli/input', 'cli/terminal', 'cli/io', 'http/contract'],
  'cli/apply': ['cli/client', 'cli/terminal', 'cli/io', 'http/contract', 'domain', 'config'],
  'cli/demo': ['cli/client', 'cli/service', 'http/contract', 'domain'],
  'cli/dev': [
    'cli/demo',
    'cli/simulate',
    'cli/client',
    'cli/service',
    'cli/input',
    'cli/terminal',
    'cli/io',
    'service-types',
    'http/contract',
    'store/port',
    'domain',
    'config',
  ],
  'cli/verbs': ['cli', 'config'],
  'cli/program': ['cli/verbs', 'cli/io'],
  main: ['cli/program', 'version'],
  version: [],
  index: ['service', 'service-types', 'engine', 'store/port', 'domain', 'config'],
}

/** Bare packages that a whole package may use beside what its package.json lists. */
const packages: Readonly<Record<string, RegExp>> = {
  'packages/protocol': /^$/,
  'packages/receiver': /^(@livehook\/protocol(\/.*)?|node:.*)$/,
  'packages/console': /^(?!livehook$|livehook\/(?!contract)|@livehook\/receiver|node:)/,
}

interface Import {
  readonly file: string
  readonly line: number
  readonly target: string
  readonly typeOnly: boolean
}

/** @returns one sentence per wrong arrow */
export function wrongArrows(files: ReadonlyMap<string, string>): string[] {
  const wrong: string[] = []
  for (const [file, text] of files) {
    for (const each of importsOf(file, text)) {
      const reason = file.startsWith(service) ? wrongInService(each) : wrongInPackage(each)
      if (reason !== undefined) wrong.push(`${each.file}:${each.line} imports ${each.target}: ${reason}`)
    }
  }
  return wrong
}

function wrongInService({ file, target }: Import): string | undefined {
  const from = roomOf(relative(service, file))
  if (!target.startsWith('.')) {
    if (from === 'domain' && !target.startsWith('@livehook/protocol'))
      return 'domain is pure and uses the protocol only'
    if (from === 'http/contract' && target !== 'typebox') return 'the contract imports nothing of the service'
    return undefined
  }
  const to = roomOf(relative(service, join(dirname(file), target)))
  // Where files lie is one file for all rooms.
  if (to === from || to === 'places' || isAllowed(from, to)) return undefined
  return `an arrow from ${from} to ${to} is not in the plan`
}

function isAllowed(from: string, to: string): boolean {
  return (rooms[from] ?? []).some((name) => to === name || to.startsWith(`${name}/`))
}

function wrongInPackage({ file, target, typeOnly }: Import): string | undefined {
  if (target.startsWith('.')) return undefined
  const owner = Object.keys(packages).find((name) => file.startsWith(`${name}/src`))
  if (owner === undefined) return undefined
  if (owner === 'packages/protocol' && file.endsWith('/node.ts') && target === 'node:crypto') return undefined
  if (owner === 'packages/protocol' && target.startsWith('node:')) return 'only the entry node.ts may use node:'
  if (owner === 'packages/console' && target.startsWith('livehook') && !typeOnly) return 'the console takes types only'
  return packages[owner]?.test(target) === true ? undefined : `${owner} may not use it`
}

/** The room of a path below the service's sources: the longest name in the table, else the path's first part. */
function roomOf(path: string): string {
  const plain = path.replace(/\.ts$/, '')
  const names = Object.keys(rooms).filter((name) => plain === name || plain.startsWith(`${name}/`))
  return names.toSorted((a, b) => b.length - a.length)[0] ?? plain.split('/')[0] ?? plain
}

const pattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    target: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

/**
 * Circles of imports between files, types counted: files that can only be read together.
 * @returns one sentence per circle
 */
export function circles(files: ReadonlyMap<string, string>): string[] {
  const next = new Map<string, string[]>()
  for (const [file, text] of files) {
    const targets = importsOf(file, text).filter(({ target }) => target.startsWith('.'))
    next.set(
      file,
      targets.map(({ target }) => join(dirname(file), target)).filter((target) => files.has(target)),
    )
  }
  return components(next)
    .filter((circle) => circle.length > 1)
    .map((circle) => `a circle of imports: ${circle.toSorted().join(' ↔ ')}`)
}

/** Tarjan's strongly connected components. */
function components(next: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const visit = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node) ?? 0)
    stack.push(node)
    for (const target of next.get(node) ?? []) {
      if (!index.has(target)) visit(target)
      if (stack.includes(target)) low.set(node, Math.min(low.get(node) ?? 0, low.get(target) ?? 0))
    }
    if (low.get(node) === index.get(node)) found.push(stack.splice(stack.indexOf(node)))
  }
  for (const node of next.keys()) if (!index.has(node)) visit(node)
  return found
}

const mostFilesInAFolder = 15

/** @returns one sentence per folder with more sources than can be taken in at a glance */
export function crowdedFolders(files: ReadonlyMap<string, string>): string[] {
  const counts = new Map<string, number>()
  for (const file of files.keys()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > mostFilesInAFolder)
    .map(([folder, count]) => `${folder} has ${count} files beside its subfolders; ${mostFilesInAFolder} is the most`)
}

/** All sources of the packages, without tests and what was generated or built. */
export function readSources(): Map<string, string> {
  const files = new Map<string, string>()
  for (const name of readdirSync(join(root, 'packages'))) {
    const folder = join(root, 'packages', name, 'src')
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.name.includes('.test.')) continue
      const path = join(entry.parentPath, entry.name)
      files.set(relative(root, path), readFileSync(path, 'utf8'))
    }
  }
  return files
}

if (import.meta.main) {
  const sources = readSources()
  const wrong = [...wrongArrows(sources), ...circles(sources), ...crowdedFolders(sources)]
  for (const sentence of wrong) console.error(sentence)
  if (wrong.length > 0) process.exitCode = 1
  else console.log('arrows: every import runs the way it should, none in a circle, no folder is crowded')
}
