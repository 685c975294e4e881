// Imports run one way; this fails on any other. The rooms and what each may use are this table and nothing else.
//
//   main → service → { http, cli } → engine → { store, egress } → domain → @livehook/protocol
//   config and observe are leaf rooms for anyone above domain; receiver → protocol; console → the contract's types only.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = dirname(import.meta.dirname)
const service = 'packages/livehook/src'

/** Rooms below `packages/livehook/src`, and the rooms that each may import from beside itself. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  config: ['domain'],
  observe: ['domain', 'store/port'],
  'store/port': ['domain'],
  store: ['store/port', 'domain', 'config', 'observe'],
  'egress/port': ['domain'],
  egress: ['egress/port', 'domain', 'config', 'observe'],
  engine: ['store/port', 'egress/port', 'domain', 'config', 'observe'],
  'http/contract': [],
  http: ['http/contract', 'engine', 'store/port', 'egress/port', 'domain', 'config', 'observe'],
  service: ['http', 'engine', 'store', 'store/port', 'egress', 'egress/port', 'domain', 'config', 'observe'],
  // The command line speaks HTTP; only `serve` and `dev` (cli/start, cli/dev) start a service themselves.
  cli: ['cli/dev', 'cli/doctor', 'http/contract', 'domain', 'config'],
  'cli/start': ['service', 'cli', 'store/port', 'domain', 'config'],
  // A probe without a service is put together in a file of its own, which `doctor` alone uses.
  'local-probe': ['http', 'http/contract', 'engine', 'egress', 'egress/port', 'domain', 'config'],
  'cli/doctor': ['local-probe', 'cli', 'http/contract', 'domain', 'config'],
  'cli/dev': ['service', 'cli', 'cli/start', 'http/contract', 'observe', 'store/port', 'domain', 'config'],
  main: ['cli'],
  index: ['service', 'engine', 'store/port', 'domain', 'config'],
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
  if (to === from || isInner(from, to)) return undefined
  if ((rooms[from] ?? []).includes(to)) return undefined
  return `an arrow from ${from} to ${to} is not in the plan`
}

/** sha256.ts and version.ts are leaves that the composition root and the edge share; places.ts is one for all. */
function isInner(from: string, to: string): boolean {
  return to === 'places' || ((from === 'service' || from === 'main') && (to === 'sha256' || to === 'version'))
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

/** The room of a path below the service's sources; a file of its own (main.ts) is a room of its own. */
function roomOf(path: string): string {
  const plain = path.replace(/\.ts$/, '')
  // What a store promises is one room, though it is told in several files; so is the contract.
  if (plain.startsWith('store/port-')) return 'store/port'
  if (plain.startsWith('http/contract-')) return 'http/contract'
  if (plain === 'store/port' || plain === 'egress/port' || plain === 'http/contract' || plain === 'cli/start')
    return plain
  if (plain === 'cli/doctor') return plain
  if (plain === 'cli/dev' || plain.startsWith('cli/dev/feed') || plain === 'cli/serve') return 'cli/dev'
  return plain.split('/')[0] ?? plain
}

const pattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    target: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))
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
  const wrong = wrongArrows(readSources())
  for (const sentence of wrong) console.error(sentence)
  if (wrong.length > 0) process.exitCode = 1
  else console.log('arrows: every import runs the way it should')
}
