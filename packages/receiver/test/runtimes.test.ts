// The portable core if there is no Node: the same signature cases by id, and the same checks as every adapter.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checks, checksOfLimits } from './support/conformance.ts'
import { bun, startRuntime, workerd } from './support/runtimes.ts'
import type { RunningRuntime } from './support/runtimes.ts'
import type { SignatureRow } from './support/signature-rows.ts'

const rows = JSON.parse(readFileSync(join(import.meta.dirname, 'cases/signature.json'), 'utf8')) as SignatureRow[]
const ids = rows.filter(({ kind }) => kind === 'verify').map(({ id }) => id)

describe.each([bun, workerd])('$name', (runtime) => {
  let running: RunningRuntime
  beforeAll(async () => {
    running = await startRuntime(runtime, join(import.meta.dirname, 'runtimes/app.ts'))
  })
  afterAll(() => running.stop())

  test('judges every signature case as it should be', async () => {
    const said: unknown = await (await fetch(`${running.url}/rows`)).json()
    expect(said).toEqual(ids.map(() => 'as expected'))
  })

  test.each([...checks, ...checksOfLimits])('$title', async ({ run, expected }) => {
    expect(await run(`${running.url}/hook`)).toEqual(expected)
  })
})
