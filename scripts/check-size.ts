// What a browser or an edge runtime loads: bundles that use a part of @livehook/protocol, minified and gzipped, against a budget.
// A bundle that grows past it has pulled in what it does not use, or the budget needs a reason to be raised.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

const root = dirname(import.meta.dirname)
const sources = join(root, 'packages/protocol/src')

export interface SizeBudget {
  readonly name: string
  /** The program that is bundled. `@/x` is the module x of the package's sources. */
  readonly program: string
  /** After minifying and gzip. */
  readonly maxBytes: number
}

export const sizeBudgets: readonly SizeBudget[] = [
  {
    name: 'one before command: checked, read, answered',
    program: `
      import { checkSign, parseRequest, serialiseReply } from '@/index'
      import { groupCallbackBeforeSendMsg as command, makeReply, readEventOf } from '@/commands'
      export async function handle(query, body, tokens, now) {
        if ((await checkSign({ tokens, query, now })).kind !== 'verified') return undefined
        if (parseRequest(query).command !== command.command) return undefined
        const event = readEventOf(command, body)
        if (event.kind !== 'event') return undefined
        return serialiseReply(makeReply(command, { verdict: event.body.Type === 'Live' ? 'deny' : 'allow' }))
      }`,
    maxBytes: 4096,
  },
  {
    name: 'one after command: read',
    program: `
      import { liveCallbackAfterCreateRoom, readEventOf } from '@/commands'
      export const read = (body) => readEventOf(liveCallbackAfterCreateRoom, body)`,
    maxBytes: 2048,
  },
  {
    name: 'one schema',
    program: `export { groupCallbackBeforeSendMsgSchema } from '@/schemas'`,
    maxBytes: 1024,
  },
  {
    name: 'check alone',
    program: `export { checkSign } from '@/index'`,
    maxBytes: 3072,
  },
]

/** Bytes of the bundle after minifying and gzip. */
export async function gzippedBytes({ program }: Pick<SizeBudget, 'program'>): Promise<number> {
  const entry = '\0program'
  const build = await rolldown({
    input: entry,
    platform: 'browser',
    // What was bundled for nothing must not stay just because no one said that it does nothing.
    treeshake: { moduleSideEffects: false },
    plugins: [
      {
        name: 'program',
        resolveId(id: string) {
          if (id === entry) return id
          return id.startsWith('@/') ? join(sources, `${id.slice(2)}.ts`) : null
        },
        load: (id: string) => (id === entry ? program : null),
      },
    ],
  })
  try {
    const { output } = await build.generate({ format: 'esm', minify: true })
    return output.reduce(
      (sum, chunk) => sum + (chunk.type === 'chunk' ? gzipSync(chunk.code, { level: 9 }).length : 0),
      0,
    )
  } finally {
    await build.close()
  }
}

const consoleFolder = join(root, 'packages/livehook/dist/console')

/**
 * What the console's first page may take on the wire. Browsers take brotli over https and from their own machine; gzip is for plain
 * http from elsewhere.
 */
export const consoleBudgets = { br: 230 * 1024, gz: 250 * 1024 } as const

/**
 * Bytes of the console's page with everything that it loads before it shows something: what the page names, and what the first
 * room imports.
 * @param encoding which of the files that lie beside
 */
export function consoleBytes(encoding: 'br' | 'gz'): number {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file) || !existsSync(join(consoleFolder, file))) return
    seen.add(file)
    if (!/\.(?:js|html)$/.test(file)) return
    const text = readFileSync(join(consoleFolder, file), 'utf8')
    const isPage = file.endsWith('.html')
    const named = isPage ? /(?:src|href)="\/([^"]+)"/g : /(?:from|import)\s*["']\.\/([^"']+)["']/g
    for (const [, name = ''] of text.matchAll(named)) visit(isPage ? name : `assets/${name}`)
    // The first room is loaded by name.
    for (const [, name = ''] of text.matchAll(/["'](?:\.\/|assets\/)(overview-page-[\w-]+\.(?:js|css))["']/g))
      visit(`assets/${name}`)
  }
  visit('index.html')
  return [...seen].reduce((sum, file) => sum + sizeOnTheWire(join(consoleFolder, file), encoding), 0)
}

function sizeOnTheWire(path: string, encoding: 'br' | 'gz'): number {
  return statSync(existsSync(`${path}.${encoding}`) ? `${path}.${encoding}` : path).size
}

if (import.meta.main) {
  for (const budget of sizeBudgets) {
    const bytes = await gzippedBytes(budget)
    console.log(`size: ${budget.name}: ${bytes} of ${budget.maxBytes} bytes`)
    if (bytes > budget.maxBytes) process.exitCode = 1
  }
  for (const encoding of ['br', 'gz'] as const) {
    const bytes = consoleBytes(encoding)
    console.log(`size: the console's first page, ${encoding}: ${bytes} of ${consoleBudgets[encoding]} bytes`)
    if (bytes > consoleBudgets[encoding]) process.exitCode = 1
  }
}
