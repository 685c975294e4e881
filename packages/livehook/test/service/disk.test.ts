// A disk that is full, and one that cannot be written: the whole service on a small file system of its own.

import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startCli } from '../support/cli.ts'
import type { RunningCli } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { adminKey } from '../support/service.ts'

const command = 'Live.CallbackAfterMemberStateChanged'
const needed =
  'This test needs Linux with `unshare`, `nsenter` and `mount`, and root or unprivileged user namespaces: apt-get install -y util-linux'

let folder: string
let receiver: TestReceiver
let cli: RunningCli | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-disk-'))
  receiver = await openReceiver()
})

afterEach(async () => {
  cli?.child.kill('SIGKILL')
  await cli?.ended
  cli = undefined
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
})

const isRoot = process.getuid?.() === 0

/** Starts `livehook serve` with its data on a file system that only it sees. */
function serveOn(mountOptions: string): RunningCli {
  const script = `mount -t tmpfs -o ${mountOptions} tmpfs "$0" && exec "$@"`
  const env = { LIVEHOOK_ADMIN_KEY: adminKey, LIVEHOOK_EGRESS_ALLOW: '127.0.0.0/8' }
  cli = startCli(['serve', '--port', '0', '--store', `sqlite:${join(folder, 'livehook.db')}`], {
    env,
    wrapper: ['unshare', isRoot ? '-m' : '-Urm', 'sh', '-c', script, folder],
  })
  return cli
}

function remount({ child }: RunningCli, mountOptions: string): void {
  const inside = ['-t', String(child.pid), '-m', ...(isRoot ? [] : ['-U', '--preserve-credentials'])]
  const run = spawnSync('nsenter', [...inside, 'mount', '-o', `remount,${mountOptions}`, folder], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${needed}\n${run.error?.message ?? run.stderr}`)
}

async function call(url: string, method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Record<string, unknown>
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: answer }
}

test('a full disk answers 503 and never 202; what was acknowledged arrives; with room again it goes on by itself (I1, IN-265)', async () => {
  const running = serveOn('size=3m')
  const [, url = ''] = await running.until(/^livehook ready on (\S+)$/m).catch((error: unknown) => {
    throw new Error(needed, { cause: error })
  })
  const app = await call(url, 'POST', '/v1/apps', { name: 'disk' })
  const sdkAppId = Number(app.body['sdkAppId'])
  await call(url, 'POST', `/v1/apps/${sdkAppId}/webhooks`, { url: receiver.url, commands: ['*'] })
  const post = () => call(url, 'POST', `/v1/apps/${sdkAppId}/events?command=${command}`, { Filler: 'x'.repeat(30_000) })

  const acknowledged: string[] = []
  let refused = await post()
  for (; refused.status === 202; refused = await post()) acknowledged.push(String(refused.body['eventId']))
  expect(acknowledged.length).toBeGreaterThan(10)
  expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) })
  expect(refused.body).toMatchObject({ code: 'store_unavailable' })
  // A row of a few bytes may fit for a while.
  let ready = await call(url, 'GET', '/readyz')
  for (let tried = 0; tried < 100 && ready.status === 200; tried += 1) ready = await call(url, 'GET', '/readyz')
  expect(ready.status).toBe(503)
  expect((await fetch(`${url}/livez`)).status).toBe(200)
  // Reading goes on.
  expect((await call(url, 'GET', `/v1/apps/${sdkAppId}/webhooks`)).status).toBe(200)

  remount(running, 'size=64m')
  let again = await post()
  for (let tried = 0; tried < 100 && again.status !== 202; tried += 1) {
    await sleep(100)
    again = await post()
  }
  expect(again.status).toBe(202)
  acknowledged.push(String(again.body['eventId']))
  expect((await call(url, 'GET', '/readyz')).status).toBe(200)

  const arrived = () => new Set(receiver.requests.map(({ headers }) => headers['webhook-id']))
  const deliveries = async () => {
    const { body } = await call(url, 'GET', `/v1/apps/${sdkAppId}/deliveries?limit=200&state=succeeded`)
    return (body['items'] as { eventId: string }[]).map(({ eventId }) => eventId)
  }
  // Also those whose attempt could not be recorded while the disk was full: they are settled, or tried again.
  for (let tried = 0; tried < 300 && (await deliveries()).length < acknowledged.length; tried += 1) await sleep(100)
  expect(new Set(await deliveries())).toEqual(new Set(acknowledged))
  expect([...arrived()]).toEqual(expect.arrayContaining(acknowledged))

  running.child.kill('SIGTERM')
  expect((await running.ended).code).toBe(0)
}, 60_000)

test('data on a file system that is read-only stops the start, with a sentence that names the setting', async () => {
  const { code, stderr } = await serveOn('ro').ended
  expect(code).toBe(3)
  expect(stderr).toMatch(/LIVEHOOK_STORE/)
  expect(stderr).not.toMatch(/at .*\.ts:\d+/)
})

/** A first process makes an app and is killed, something else fills the disk, and a second process starts. */
const startOnFullDisk = `mount -t tmpfs -o size=4m tmpfs "$0" || exit 1
"$@" > "$0/out" & first=$!
until grep -q "^livehook ready on" "$0/out"; do sleep 0.1; kill -0 $first || exit 1; done
"$NODE" -e "$MAKE_APP" "$(sed -n 's/^livehook ready on //p' "$0/out")" || exit 1
kill -9 $first; wait $first; rm "$0/out"
dd if=/dev/zero of="$0/fill" bs=4k count=2000 2> /dev/null
exec "$@"`

const makeApp = `fetch(process.argv[1] + '/v1/apps', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + process.env.LIVEHOOK_ADMIN_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'disk' }),
}).then((response) => (process.exitCode = response.status === 201 ? 0 : 1))`

test('a service that starts on a full disk answers asks and reads, and takes no event that it cannot keep (I1, I7)', async () => {
  cli = startCli(['serve', '--port', '0', '--store', `sqlite:${join(folder, 'livehook.db')}`], {
    env: { LIVEHOOK_ADMIN_KEY: adminKey, NODE: process.execPath, MAKE_APP: makeApp },
    wrapper: ['unshare', isRoot ? '-m' : '-Urm', 'sh', '-c', startOnFullDisk, folder],
  })
  const [, url = ''] = await cli.until(/^livehook ready on (\S+)$/m)
  const { body } = await call(url, 'GET', '/v1/apps')
  const [app] = body['items'] as { sdkAppId: number }[]
  const path = `/v1/apps/${app?.sdkAppId}`
  expect((await call(url, 'POST', `${path}/asks?command=Live.CallbackBeforeSendGift`, {})).status).toBe(200)
  const post = () => call(url, 'POST', `${path}/events?command=${command}`, { Filler: 'x'.repeat(30_000) })
  let refused = await post()
  while (refused.status === 202) refused = await post()
  expect(refused.body).toMatchObject({ code: 'store_unavailable' })
  expect((await call(url, 'GET', path)).status).toBe(200)
  cli.child.kill('SIGTERM')
  await cli.ended
}, 60_000)
