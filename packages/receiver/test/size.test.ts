// How much of it ends in a bundle: a budget is a promise as well.

import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { describe, expect, test } from 'vitest'

const source = join(dirname(import.meta.dirname), 'src')
const node = /^node:/
const nodeAndCommands = /^node:|^@livehook\/protocol\/commands$/

/** Bytes after minifying and gzip, and the code itself. */
async function bundle(entry: string, external = node): Promise<{ readonly bytes: number; readonly code: string }> {
  // A file that is not there, beside the sources, so that their dependencies are found.
  const input = join(source, 'size-entry.ts')
  const build = await rolldown({
    input,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === input ? id : undefined),
        load: (id) => (id === input ? entry.replaceAll('~', source) : undefined),
      },
    ],
    platform: 'neutral',
    resolve: { conditionNames: ['source', 'import'] },
    external,
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  const { code } = output[0]
  return { bytes: gzipSync(code, { level: 9 }).length, code }
}

const forExpress = `
  import { createLeanReceiver, allow, deny } from '~/adapters/node.ts'
  import { expressHandler } from '~/adapters/express.ts'
  import { liveCallbackBeforeSendGift } from '@livehook/protocol/commands'
  const receiver = createLeanReceiver([liveCallbackBeforeSendGift], { apps: { 1: { tokens: ['t'] } } })
  receiver.before('Live.CallbackBeforeSendGift', () => deny(102100))
  export const hook = expressHandler(receiver)`

describe('bundles', () => {
  test('the check alone is at most 3 KB', async () => {
    const { bytes } = await bundle("export { checkRequest } from '~/index.ts'")
    expect(bytes).toBeLessThanOrEqual(3 * 1024)
  })

  test('everything for Express is at most 8 KB, commands and what reads them apart', async () => {
    const { bytes } = await bundle(forExpress, nodeAndCommands)
    expect(bytes).toBeLessThanOrEqual(8 * 1024)
  })

  test('with one command and what reads it, it is at most 10 KB, and no other command is in it', async () => {
    const { bytes, code } = await bundle(forExpress)
    expect(bytes).toBeLessThanOrEqual(10 * 1024)
    expect(code).toContain('Live.CallbackBeforeSendGift')
    expect(code).not.toContain('Group.CallbackBeforeSendMsg')
  })

  test('the portable entry needs nothing of Node', async () => {
    const { code } = await bundle("export * from '~/index.ts'")
    expect(code).not.toMatch(/node:|\bBuffer\b|\bprocess\b/)
  })
})
