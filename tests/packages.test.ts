// What is published works where nothing of this repository is: the packed tarballs are installed into an empty folder.

import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = dirname(import.meta.dirname)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-packages-'))
  await run(process.execPath, ['scripts/run.mjs', 'scripts/build.ts'], { cwd: root })
  for (const name of ['protocol', 'receiver', 'livehook']) {
    await run('npm', ['pack', '--pack-destination', folder, '--silent'], { cwd: join(root, 'packages', name) })
  }
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz')).map((name) => `./${name}`)
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], { cwd: folder })
}, 240_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

test(
  'the installed livehook delivers an event, serves the console, and stops cleanly',
  { timeout: 60_000 },
  async () => {
    const env = { PATH: process.env['PATH'] ?? '', TMPDIR: folder }
    const bin = join(folder, 'node_modules/livehook/dist/main.js')
    const dev = spawn(process.execPath, [bin, 'dev', '--port', '0'], { cwd: folder, env })
    let output = ''
    const until = async (pattern: RegExp): Promise<string> => {
      for (let waited = 0; waited < 300; waited += 1) {
        const found = pattern.exec(output)
        if (found !== null) return found[1] ?? ''
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`no ${pattern} in:\n${output}`)
    }
    dev.stdout.on('data', (text: Buffer) => (output += text.toString()))
    dev.stderr.on('data', (text: Buffer) => (output += text.toString()))
    const ended = new Promise<number | null>((resolve) => dev.once('close', resolve))

    const url = await until(/^livehook ready on (\S+)$/m)
    const page = await fetch(`${url}/`, { headers: { accept: 'text/html' } })
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(await page.text()).toContain('<script type="module"')
    await run(process.execPath, [bin, 'trigger', 'Live.CallbackAfterCreateRoom'], { cwd: folder, env })
    await until(/delivered {2}(Live\.CallbackAfterCreateRoom)/)
    dev.kill('SIGINT')
    expect(await ended).toBe(0)
  },
)

test.each(['protocol', 'receiver', 'livehook'])('the package %s is one that every tool can read', async (name) => {
  const { messages } = await publint({ pkgDir: join(root, 'packages', name), strict: true })
  expect(messages).toEqual([])
})

test('the installed receiver and protocol check a request, also on the types’ side', { timeout: 60_000 }, async () => {
  await writeFile(
    join(folder, 'check.ts'),
    `import { checkRequest } from '@livehook/receiver'
import type { CheckedRequest } from '@livehook/receiver'
import { makeSign } from '@livehook/protocol/node'
const time = String(Math.floor(Date.now() / 1000))
const query = 'SdkAppId=1400000001&WebhookCommand=Live.CallbackAfterCreateRoom&Sign=' + makeSign('t', time) + '&RequestTime=' + time
const request = new Request('http://app.test/?' + query, { method: 'POST', body: '{}' })
const checked: CheckedRequest = await checkRequest(request, { sdkAppId: 1400000001, tokens: ['t'] })
console.log(checked.kind)
`,
  )
  const { stdout } = await run(process.execPath, ['check.ts'], { cwd: folder })
  expect(stdout).toBe('verified\n')
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node']
  const typeRoots = ['--typeRoots', join(root, 'node_modules/@types')]
  await run(process.execPath, [tsc, ...options, ...typeRoots, 'check.ts'], { cwd: folder })
})
