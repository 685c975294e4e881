// A receiver that shows the URL it was asked for: its answers are kept and shown, the `Sign` in them is not (I9).

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openReceiver } from '../support/receiver.ts'
import { openService } from '../support/service.ts'

test.each([
  [500, 'dead'],
  [200, 'succeeded'],
  [302, 'dead'],
])('a Sign that an answer with %i repeats is neither kept, shown nor logged', async (status, state) => {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-echo-'))
  const receiver = await openReceiver(({ target }, response) => {
    const url = `http://receiver.test${target}`
    response.writeHead(status, { 'x-asked-for': url, location: `/elsewhere?to=${encodeURIComponent(url)}` })
    response.end(JSON.stringify({ ErrorCode: 0, at: url, Sign: new URL(url).searchParams.get('Sign') }))
  })
  const service = await openService({ folder })
  try {
    const { sdkAppId } = await service.createApp()
    await service.createWebhook(sdkAppId, { url: receiver.url, commands: ['*'], retry: 'none' }, 'token-of-the-echo-1')
    const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', '{}')
    const detail = await service.untilState(deliveries[0] ?? '', state)
    const [request] = await receiver.arrived(1)
    const sign = request?.query.get('Sign') ?? ''
    expect(sign).toMatch(/^[0-9a-f]{64}$/)
    const shown = JSON.stringify(detail)
    expect(shown).toContain('***')
    expect(shown).toContain('receiver.test')
    expect(shown).not.toContain(sign)
    expect(service.logged.join('\n')).not.toContain(sign)
    await service.service.stop()
    const files = await readdir(folder)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(await readFile(join(folder, file), 'latin1')).not.toContain(sign)
  } finally {
    await receiver.close()
    await rm(folder, { recursive: true, force: true })
  }
})
