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
    for (const path of ['/docs', '/docs/scalar.js', '/openapi.json'])
      expect((await fetch(`${url}${path}`)).status).toBe(200)
    await run(process.execPath, [bin, 'trigger', 'Live.CallbackAfterCreateRoom'], { cwd: folder, env })
    await until(/succeeded {2}(Live\.CallbackAfterCreateRoom)/)
    dev.kill('SIGINT')
    expect(await ended).toBe(0)
  },
)

test(
  'the installed livehook tests a receiver of ten lines with dev --exec, offline, and ends as the test does',
  { timeout: 60_000 },
  async () => {
    await writeFile(
      join(folder, 'receiver.mjs'),
      `import { createServer } from 'node:http'
import { createReceiver, deny } from '@livehook/receiver/node'
export const receiver = createReceiver({
  apps: { [process.env.LIVEHOOK_SDK_APP_ID]: { tokens: [process.env.LIVEHOOK_TOKEN] } },
})
receiver.before('Live.CallbackBeforeSendGift', (event) =>
  event.body.GiftWater.Count > 9 ? deny(102101, 'too many') : undefined,
)
export const server = createServer(receiver.node())
`,
    )
    await writeFile(
      join(folder, 'receiver-test.mjs'),
      `import { once } from 'node:events'
import { server } from './receiver.mjs'
await once(server.listen(0, '127.0.0.1'), 'listening')
const { LIVEHOOK_URL, LIVEHOOK_KEY, LIVEHOOK_TOKEN, LIVEHOOK_SDK_APP_ID } = process.env
const call = (method, path, body) => fetch(LIVEHOOK_URL + path, {
  method, body: JSON.stringify(body), headers: { authorization: 'Bearer ' + LIVEHOOK_KEY, 'content-type': 'application/json' },
}).then((response) => response.json())
const webhooks = '/v1/apps/' + LIVEHOOK_SDK_APP_ID + '/webhooks'
const [{ webhookId }] = (await call('GET', webhooks)).items
await call('PATCH', webhooks + '/' + webhookId, { url: 'http://127.0.0.1:' + server.address().port + '/hook' })
const gift = await call('POST', '/v1/apps/' + LIVEHOOK_SDK_APP_ID + '/asks?command=Live.CallbackBeforeSendGift', {
  GiftWater: { From_Account: 'fan', To_Account: ['host'], GiftId: 'rose', Count: 10, Coins: 1 }, RoomId: 'r', Operator_Account: 'fan',
})
console.log(gift.verdict, gift.errorCode, gift.decidedBy)
process.exit(gift.verdict === 'deny' ? 5 : 1)
`,
    )
    const bin = join(folder, 'node_modules/livehook/dist/main.js')
    const exec = `"${process.execPath}" receiver-test.mjs`
    const env = { PATH: process.env['PATH'] ?? '', TMPDIR: folder }
    const dev = spawn(process.execPath, [bin, 'dev', '--exec', exec], { cwd: folder, env })
    let output = ''
    dev.stdout.on('data', (text: Buffer) => (output += text.toString()))
    const code = await new Promise<number | null>((resolve) => dev.once('close', resolve))
    expect([code, output]).toEqual([5, 'deny 102101 app\n'])
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
