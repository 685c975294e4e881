// `livehook ask` as people and scripts run it: in this process, against a real service.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AskWorld } from '../asks/ask-world.ts'
import { bodyOf, hang, openAskWorld, packet } from '../asks/ask-world.ts'
import { startInProcess } from '../support/cli.ts'
import { adminKey } from '../support/service.ts'

const message = 'Group.CallbackBeforeSendMsg'
const gift = 'Live.CallbackBeforeSendGift'

let world: AskWorld
beforeAll(async () => {
  world = await openAskWorld()
  world.script('deny', packet(10_101))
  world.script('drop', packet(2))
  world.script('hang', hang)
  world.script('mask', packet(0, { MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: '***' } }] }))
  await world.openApp({ commands: [message, gift] })
})
afterAll(() => world.close())

const run = (args: readonly string[], input?: string | Uint8Array) =>
  startInProcess(['ask', ...args], {
    env: { LIVEHOOK_URL: world.url, LIVEHOOK_KEY: adminKey },
    ...(input === undefined ? {} : { input: String(input) }),
  }).ended

describe('livehook ask', () => {
  test.each([
    { name: 'allow', code: 0, stdout: /^allow \(app, \d+ ms\)\n {2}dec_\w{16}\n$/, stderr: '' },
    { name: 'deny', code: 7, stdout: /^deny 10101 "as told" \(app, \d+ ms\)\n/, stderr: 'was denied' },
    { name: 'drop', code: 7, stdout: /^drop \(app, \d+ ms\)\n/, stderr: 'was dropped' },
    { name: 'mask', code: 0, stdout: /^allow .*\n {2}in place of the event's own: MsgBody\n/, stderr: '' },
  ])('prints the verdict, and ends by it: $name', async ({ name, code, stdout, stderr }) => {
    const ended = await run([message, '--set', `Case=${name}`])
    expect(ended.code).toBe(code)
    expect(ended.stdout).toMatch(stdout)
    expect(ended.stderr).toContain(stderr)
  })

  test('ends with the code of a deadline where no one decided in time, whatever the policy said', async () => {
    const allowed = await run([message, '--set', 'Case=hang', '--deadline-ms', '100'])
    expect(allowed).toMatchObject({ code: 8 })
    expect(allowed.stdout).toMatch(/^allow \(policy: timeout, \d+ ms\)\n {2}by the rule default\n/)
    expect(allowed.stderr).toContain('no verdict within 100 ms')
    expect(await run([gift, '--set', 'Case=hang', '--deadline-ms', '100'])).toMatchObject({ code: 8 })
  })

  test('takes exactly the bytes of a file, and prints JSON', async () => {
    const before = world.receiver.requests.length
    const body = new TextDecoder().decode(bodyOf(message, { case: 'deny' }))
    const ended = await run([message, '--body', '-', '--json', '--platform', 'iOS', '--client-ip', '203.0.113.9'], body)
    expect(ended.code).toBe(7)
    expect(JSON.parse(ended.stdout)).toMatchObject({ verdict: 'deny', errorCode: 10_101, replace: {} })
    const request = world.receiver.requests[before]
    expect(request?.body.toString()).toBe(body)
    expect(request?.query.get('OptPlatform')).toBe('iOS')
  })

  test.each([
    [['Live.CallbackAfterCreateRoom'], 2, 'post it as an event'],
    [['Live.CallbackBeforeSendGifts'], 2, 'Did you mean Live.CallbackBeforeSendGift'],
    [[message, '--body', '-', '--set', 'a=1'], 2, 'with --body there is none'],
    [[message, '--body', '/nowhere/at/all'], 2, 'cannot be read'],
  ])('%j ends with %i and says why', async (args, code, says) => {
    const ended = await run(args)
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(says)
  })
})
