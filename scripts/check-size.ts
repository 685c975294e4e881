// What a browser or an edge runtime loads: bundles that use a part of @livehook/protocol, minified and gzipped, against a budget.
// A bundle that grows past it has pulled in what it does not use, or the budget needs a reason to be raised.

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
    // What was bundled for nothing must not stay just because nobody said that it does nothing.
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

if (import.meta.main) {
  for (const budget of sizeBudgets) {
    const bytes = await gzippedBytes(budget)
    console.log(`size: ${budget.name}: ${bytes} of ${budget.maxBytes} bytes`)
    if (bytes > budget.maxBytes) process.exitCode = 1
  }
}
