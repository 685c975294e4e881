// The examples, run as they stand, get events from the real service: an after event, and an ask that they deny.

import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { openService } from '../packages/livehook/test/support/service.ts'

const root = dirname(import.meta.dirname)
const token = 'a-token-of-the-examples'

test.each(['sdk-node-http', 'sdk-express', 'sdk-fastify', 'sdk-koa', 'sdk-hono'])('examples/%s', async (name) => {
  const service = await openService()
  const { sdkAppId } = await service.createApp(name)
  const example = spawn(process.execPath, ['--conditions=source', join(root, 'examples', name, 'server.js')], {
    env: { PATH: process.env['PATH'] ?? '', TOKEN: token, SDK_APP_ID: String(sdkAppId), PORT: '0' },
  })
  let output = ''
  example.stdout.on('data', (text: Buffer) => (output += text.toString()))
  example.stderr.on('data', (text: Buffer) => (output += text.toString()))
  const until = async (pattern: RegExp): Promise<string> => {
    for (let waited = 0; waited < 600; waited += 1) {
      const found = pattern.exec(output)
      if (found !== null) return found[1] ?? ''
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`no ${pattern} in:\n${output}`)
  }
  try {
    const url = await until(/receiver ready on (\S+)/)
    const commands = ['Live.*', 'Group.CallbackBeforeSendMsg']
    await service.createWebhook(sdkAppId, { url, commands }, token)
    const body = '{"RoomInfo":{"RoomId":"r1"}}'
    const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', body)
    await service.untilState(deliveries[0] ?? '', 'succeeded')
    expect(await until(/a room was created: (\S+)/)).toBe('r1')
    const ask = (text: string) =>
      service.call('POST', `/v1/apps/${sdkAppId}/asks?command=Group.CallbackBeforeSendMsg`, {
        GroupId: 'g1',
        MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: text } }],
      })
    expect((await ask('hello')).body).toMatchObject({ verdict: 'allow', decidedBy: 'app' })
    expect((await ask('buy now')).body).toMatchObject({ verdict: 'deny', errorCode: 10_101, errorInfo: 'no ads' })
  } finally {
    example.kill()
    await service.close()
  }
})
