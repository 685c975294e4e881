// Who tests the tests: the checker is changed in every way that an attacker would like, one at a time, and each time the cases must
// notice. The sources stay as they are; only what is bundled is changed.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differences } from './support/checker-oracle.ts'
import type { Checker } from './support/checker-oracle.ts'
import { mutants } from './support/mutants.ts'
import type { Mutant } from './support/mutants.ts'

const receiver = join(dirname(import.meta.dirname), 'src')
const protocol = join(dirname(dirname(import.meta.dirname)), 'protocol/src')
const entry = join(receiver, 'checker-entry.ts')
const entryText = `export { checkRequest } from './check/check-request.ts'
export { checkRequestNow } from './adapters/node.ts'
export { checkSign, checkSignature } from '${protocol}/index.ts'
export { concludeSignCheck } from '${protocol}/signature/sign-check.ts'
export { concludeSignatureCheck } from '${protocol}/signature/signature-check.ts'
export { equalText } from '${protocol}/signature/equal-text.ts'`

let folder: string
let built = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-mutants-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function build(mutant?: Mutant): Promise<Checker> {
  let changed = 0
  const bundle = await rolldown({
    input: entry,
    external: /^node:/,
    resolve: { conditionNames: ['source', 'import'] },
    plugins: [
      {
        name: 'mutant',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? entryText : undefined),
        transform(code, id) {
          if (mutant === undefined || !id.endsWith(mutant.file)) return undefined
          const parts = code.split(mutant.from)
          changed += parts.length - 1
          return parts.join(mutant.to)
        },
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  // A mutant whose place is no longer in the sources would pass for one that was found.
  expect(changed).toBe(mutant === undefined ? 0 : 1)
  built += 1
  const path = join(folder, `checker-${built}.mjs`)
  await writeFile(path, output[0].code)
  return (await import(pathToFileURL(path).href)) as Checker
}

describe('the checker', () => {
  test('is as the cases want it', async () => expect(await differences(await build())).toEqual([]))

  test.each(mutants)('does not survive as a mutant: $what', async (mutant) => {
    expect(await differences(await build(mutant))).not.toEqual([])
  })
})
