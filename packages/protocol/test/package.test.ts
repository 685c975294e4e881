import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as node from '../src/node.ts'
import * as portable from '../src/index.ts'

const source = (name: string) => new URL(`../src/${name}`, import.meta.url)

/** All modules that a module pulls in, itself included, and whatever it imports that is no file of ours. */
function reachedFrom(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  if (!entry.startsWith('/')) return seen
  const text = readFileSync(entry, 'utf8')
  for (const [, specifier] of text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from '([^']+)'/gms)) {
    reachedFrom(specifier!.startsWith('.') ? fileURLToPath(new URL(specifier!, `file://${entry}`)) : specifier!, seen)
  }
  return seen
}

describe('the package', () => {
  it.each(['index.ts', 'catalogue.ts', 'commands.ts', 'schemas.ts'])(
    'reaches nothing of Node from %s, by import or by global',
    (entry) => {
      for (const module of reachedFrom(fileURLToPath(source(entry)))) {
        expect(module).toMatch(/^\//)
        expect(readFileSync(module, 'utf8')).not.toMatch(/\b(?:Buffer|process|require|__dirname)\b[.(]/)
      }
    },
  )

  it.each(['index.ts', 'node.ts'])('does not pull the catalogue in with %s', (entry) => {
    const modules = [...reachedFrom(fileURLToPath(source(entry)))]
    expect(modules.length).toBeGreaterThan(5)
    expect(modules.filter((module) => /catalogue|generated/.test(module))).toEqual([])
  })

  it('does not pull the table of all commands nor their schemas in with commands.ts', () => {
    const modules = [...reachedFrom(fileURLToPath(source('commands.ts')))]
    expect(modules.filter((module) => /generated/.test(module)).map((module) => module.split('/').at(-1))).toEqual([
      'facts.ts',
    ])
  })

  it('has the same names in both entries', () => {
    expect(Object.keys(node).toSorted()).toEqual(Object.keys(portable).toSorted())
  })

  it('has no dependencies', () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).toHaveProperty('sideEffects', false)
  })
})

describe('the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const snippets = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, code]) => code!)
  let folder = ''
  let said = ''
  let failures: Record<string, string> = {}
  // One process for all: each start of Node costs more than what the snippets do.
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'livehook-protocol-'))
    for (const [index, code] of snippets.entries()) {
      const local = code.replaceAll(
        /'@livehook\/protocol(\/\w+)?'/g,
        (_, entry?: string) => `'${source(`${entry?.slice(1) ?? 'index'}.ts`).href}'`,
      )
      writeFileSync(join(folder, `snippet-${index}.ts`), local)
    }
    const main = join(folder, 'main.ts')
    writeFileSync(
      main,
      `import { writeFileSync } from 'node:fs'
const failures: Record<string, string> = {}
for (let index = 0; index < ${snippets.length}; index += 1) {
  try {
    await import(\`./snippet-\${index}.ts\`)
  } catch (error) {
    failures[index] = String((error as Error).stack)
  }
}
writeFileSync(new URL('failures.json', import.meta.url), JSON.stringify(failures))`,
    )
    said = (await promisify(execFile)(process.execPath, [main])).stdout
    failures = JSON.parse(readFileSync(join(folder, 'failures.json'), 'utf8'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('has snippets', () => {
    expect(snippets.length).toBeGreaterThan(0)
  })

  it.each([...snippets.keys()])('snippet %i runs, and what it asserts holds', (index) => {
    expect(failures[index]).toBe(undefined)
  })

  it('prints nothing', () => {
    expect(said).toBe('')
  })
})
