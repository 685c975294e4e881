import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCli, startInProcess } from '../support/cli.ts'
import type { Running } from '../support/cli.ts'
import type { TestReceiver } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'

let folder: string
let service: TestService
let silent: TestReceiver
let env: Record<string, string>
let app: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-interrupts-'))
  service = await openService()
  // Takes a request and never answers.
  silent = await openReceiver(() => undefined)
  env = { TMPDIR: folder, LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey }
  app = String((await service.createApp()).sdkAppId)
})
afterAll(async () => {
  await service.close()
  await silent.close()
  await rm(folder, { recursive: true, force: true })
})

/** Verbs that wait, what shows that they do, and how they end when they are asked to stop. */
const waiting: readonly [name: string, args: () => readonly string[], shows: RegExp, code: number][] = [
  ['listen', () => ['listen', '--port', '0'], /listening/, 0],
  ['ls --watch', () => ['apps', 'ls', '--watch'], /SDKAPPID/, 0],
  ['simulate', () => ['simulate', '--app', app, '--rooms', '300', '--duration', '1h', '--json'], /happenings/, 130],
  ['trigger --to', () => ['trigger', 'State.StateChange', '--to', silent.url], /^$/, 130],
  ['doctor', () => ['doctor', silent.url, '--egress-allow', '127.0.0.0/8'], /^$/, 130],
]

/** Starts one of them and waits until it waits. */
async function untilItWaits<Cli extends Running<unknown>>(
  start: (args: readonly string[]) => Cli,
  [, args, shows]: (typeof waiting)[number],
): Promise<Cli> {
  const before = silent.requests.length
  const cli = start(args())
  if (args().includes(silent.url)) await silent.arrived(before + 1)
  else await Promise.race([cli.until(shows), cli.untilError(shows)])
  return cli
}

test.each(waiting)('%s stops when it is asked to, without a word about its insides', async (...verb) => {
  const cli = await untilItWaits((args) => startInProcess(args, { env }), verb)
  cli.stop()
  const ended = await cli.ended
  expect([ended.code, ended.stderr.match(/\n\s+at /)]).toEqual([verb[3], null])
})

// The second signal is the process's own affair, the same for every verb: one that ends well, and one that gives up.
test.each(waiting.filter(([name]) => name === 'listen' || name === 'trigger --to'))(
  '%s, asked again and again, ends as soon, by itself or with 130',
  async (...verb) => {
    const cli = await untilItWaits((args) => startCli(args, { env }), verb)
    const again = setInterval(() => cli.child.kill('SIGINT'), 1)
    const ended = await cli.ended
    clearInterval(again)
    // One that comes while the process is being torn down meets no handler any more; to a shell that is 130, too.
    expect([verb[3], 130, 'SIGINT']).toContain(ended.code)
    expect(ended.stderr).not.toMatch(/\n\s+at /)
  },
)
