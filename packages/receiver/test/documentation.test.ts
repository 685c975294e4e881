// What the pages show compiles, and what they give to be copied does what they say.

import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OnceStore } from '../src/index.ts'

const run = promisify(execFile)
const root = dirname(dirname(dirname(import.meta.dirname)))
const pages = join(root, 'docs/receiving')
let folder: string
let names: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-pages-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const files = [...(await readdir(pages)).map((name) => join(pages, name)), join(root, 'packages/receiver/README.md')]
  for (const file of files) await writeSnippets(file)
  names = (await readdir(folder)).filter((name) => name.endsWith('.ts'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function writeSnippets(file: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  const page = file.startsWith(pages) ? file.slice(pages.length + 1, -3) : 'package'
  const snippets = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)
  for (const [index, code] of snippets.entries()) {
    // A module of its own also where it exports nothing.
    await writeFile(join(folder, `${page}-${index}.ts`), `${code}\nexport {}\n`)
  }
}

test('every example of the pages compiles', { timeout: 60_000 }, async () => {
  expect(names.length).toBeGreaterThan(20)
  const extend = {
    extends: join(root, 'tsconfig.base.json'),
    include: ['*.ts'],
    compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(extend))
  const { stdout } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
    (error: { stdout: string }) => error,
  )
  expect(stdout).toBe('')
})

test('the example of the page about testing holds', async () => {
  const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', join(folder, 'testing-0.ts')]
  expect(await run(process.execPath, args)).toMatchObject({ stdout: '' })
})

test('the stores of the page about repetitions keep the promises of a store', async () => {
  let clock = 1000
  const { sqlOnce } = (await import(pathToFileURL(join(folder, 'once-1.ts')).href)) as {
    sqlOnce: (database: DatabaseSync, now: () => number) => OnceStore
  }
  const { redisOnce } = (await import(pathToFileURL(join(folder, 'once-0.ts')).href)) as {
    redisOnce: (redis: object) => OnceStore
  }
  for (const store of [sqlOnce(new DatabaseSync(':memory:'), () => clock), redisOnce(scriptedRedis(() => clock))]) {
    clock = 1000
    expect(await store.take('a', 100)).toEqual({ kind: 'taken' })
    expect(await store.take('a', 100)).toEqual({ kind: 'running' })
    clock += 100
    expect(await store.take('a', 100)).toEqual({ kind: 'taken' })
    await store.keep('a', '{"ErrorCode":0}', 500)
    expect(await store.take('a', 100)).toEqual({ kind: 'done', reply: '{"ErrorCode":0}' })
    clock += 500
    expect(await store.take('a', 100)).toEqual({ kind: 'taken' })
    await store.release('a')
    expect(await store.take('a', 100)).toEqual({ kind: 'taken' })
  }
})

/** The three commands of Redis that the store uses, as their documentation has them. */
function scriptedRedis(now: () => number): object {
  const values = new Map<string, { readonly value: string; readonly until: number }>()
  const alive = (key: string) => {
    const entry = values.get(key)
    return entry !== undefined && entry.until > now() ? entry : undefined
  }
  return {
    set: async (key: string, value: string, { NX, PX }: { NX?: boolean; PX: number }) => {
      if (NX === true && alive(key) !== undefined) return null
      values.set(key, { value, until: now() + PX })
      return 'OK'
    },
    get: async (key: string) => alive(key)?.value ?? null,
    del: async (key: string) => values.delete(key),
  }
}
