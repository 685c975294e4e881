// The data file is taken away from a running service: no 202 may follow that no one can keep (I1).

import { copyFile, link, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openService } from '../support/service.ts'

const command = 'Live.CallbackAfterCreateRoom'

test('a removed data folder turns events and readiness to 503, asks go on, and the log says why once (I1, I7)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-removed-'))
  const service = await openService({ folder })
  const { sdkAppId } = await service.createApp()
  await service.postEvent(sdkAppId, command, '{}')
  await rm(folder, { recursive: true })

  const post = () => service.call('POST', `/v1/apps/${sdkAppId}/events?command=${command}`, '{}')
  // Between two looks at the file some are still taken.
  let refused = await post()
  while (refused.status === 202) refused = await post()
  expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } })
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  expect((await service.call('GET', '/readyz')).status).toBe(503)
  expect((await service.call('GET', '/livez')).status).toBe(200)
  const ask = `/v1/apps/${sdkAppId}/asks?command=Live.CallbackBeforeSendGift`
  expect((await service.call('POST', ask, '{}')).status).toBe(200)
  const said = service.logged.filter((line) => line.includes('commits fail'))
  expect(said).toEqual([expect.stringMatching(/^error .*livehook\.db was removed while it was in use/)])
  await service.close()
})

test('a replaced data file turns events to 503, and what is put back is taken again (I1)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-replaced-'))
  const service = await openService({ folder })
  const { sdkAppId } = await service.createApp()
  const post = () => service.call('POST', `/v1/apps/${sdkAppId}/events?command=${command}`, '{}')
  const file = join(folder, 'livehook.db')
  await rename(file, `${file}.own`)
  await copyFile(`${file}.own`, file)
  // Also while nothing is written: a look at the file is due every 20 ms.
  while ((await service.call('GET', '/readyz')).status === 200);
  while ((await post()).status === 202);
  expect((await post()).body).toMatchObject({ code: 'store_unavailable' })
  await rename(`${file}.own`, file)
  expect((await post()).status).toBe(202)
  await service.close()
})

test('a second service is refused the data file of a first, also by a symbolic and by a hard link', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-linked-'))
  const service = await openService({ folder })
  const { sdkAppId } = await service.createApp()
  const file = join(folder, 'livehook.db')
  await symlink(file, join(folder, 'symbolic.db'))
  await link(file, join(folder, 'hard.db'))
  for (const name of ['livehook.db', 'symbolic.db', 'hard.db']) {
    const second = openService({ folder, flags: { store: `sqlite:${join(folder, name)}` } })
    await expect(second).rejects.toMatchObject({ code: 'store_in_use' })
  }
  await service.postEvent(sdkAppId, command, '{}')
  await service.close()
})
