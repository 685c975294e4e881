// The examples, run as they stand, get events from the real service: an after event, and an ask that they deny.

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { openService } from '../packages/livehook/test/support/service.ts'
import { webListener } from '../packages/receiver/test/support/gateways.ts'
import { binaryOf, bun, startRuntime, workerd } from '../packages/receiver/test/support/runtimes.ts'

const root = dirname(import.meta.dirname)
const token = 'a-token-of-the-examples'

interface Running {
  readonly url: string
  /** What it printed, if that can be seen. */
  readonly output?: () => string
  readonly stop: () => Promise<void> | void
}

type Start = (sdkAppId: number) => Promise<Running>

const examples: Readonly<Record<string, Start>> = {
  'sdk-node-http': program('sdk-node-http/server.js'),
  'sdk-express': program('sdk-express/server.js'),
  'sdk-fastify': program('sdk-fastify/server.js'),
  'sdk-koa': program('sdk-koa/server.js'),
  'sdk-hono': program('sdk-hono/server.js'),
  'sdk-nest': program('sdk-nest/server.js'),
  'sdk-lambda': program('sdk-lambda/local.js'),
  'sdk-bun': program('sdk-bun/server.js', () => binaryOf(bun)),
  'sdk-workers': startWorker,
  'sdk-next': startRoute,
}

test.each(Object.entries(examples))('examples/%s', async (_name, start) => {
  const service = await openService()
  const { sdkAppId } = await service.createApp('examples')
  let running: Running | undefined
  try {
    running = await start(sdkAppId)
    const commands = ['Live.*', 'Group.CallbackBeforeSendMsg']
    await service.createWebhook(sdkAppId, { url: running.url, commands }, token)
    const body = '{"RoomInfo":{"RoomId":"r1"}}'
    const { deliveries } = await service.postEvent(sdkAppId, 'Live.CallbackAfterCreateRoom', body)
    await service.untilState(deliveries[0] ?? '', 'succeeded')
    expect(running.output?.() ?? 'a room was created: r1').toContain('a room was created: r1')
    const ask = (text: string) =>
      service.call('POST', `/v1/apps/${sdkAppId}/asks?command=Group.CallbackBeforeSendMsg`, {
        GroupId: 'g1',
        MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: text } }],
      })
    expect((await ask('hello')).body).toMatchObject({ verdict: 'allow', decidedBy: 'app' })
    expect((await ask('buy now')).body).toMatchObject({ verdict: 'deny', errorCode: 10_101, errorInfo: 'no ads' })
  } finally {
    await running?.stop()
    await service.close()
  }
})

/** A program that says where it listens. */
function program(path: string, interpreter: () => string = () => process.execPath): Start {
  return async (sdkAppId) => {
    const example = spawn(interpreter(), ['--conditions=source', join(root, 'examples', path)], {
      env: { PATH: process.env['PATH'] ?? '', TOKEN: token, SDK_APP_ID: String(sdkAppId), PORT: '0' },
    })
    let output = ''
    example.stdout.on('data', (text: Buffer) => (output += text.toString()))
    example.stderr.on('data', (text: Buffer) => (output += text.toString()))
    for (let waited = 0; waited < 300; waited += 1) {
      const url = /receiver ready on (\S+)/.exec(output)?.[1]
      if (url !== undefined) return { url, output: () => output, stop: () => void example.kill() }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    example.kill()
    throw new Error(`${path} did not say that it is ready:\n${output}`)
  }
}

/** The Worker in the program that runs Workers. */
async function startWorker(sdkAppId: number): Promise<Running> {
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "app", worker = .app) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "app") ]
);
const app :Workerd.Worker = (
  modules = [ (name = "app.js", esModule = embed "app.js") ],
  bindings = [ (name = "TOKEN", text = "${token}"), (name = "SDK_APP_ID", text = "${sdkAppId}") ],
  compatibilityDate = "2026-11-01"
);`
  const runtime = { ...workerd, files: { 'config.capnp': config } }
  const worker = await startRuntime(runtime, join(root, 'examples/sdk-workers/worker.js'))
  return { url: `${worker.url}/hook`, stop: () => worker.stop() }
}

/** The route handler, called as Next.js calls it: Next.js itself is too large to be installed for this. */
async function startRoute(sdkAppId: number): Promise<Running> {
  Object.assign(process.env, { TOKEN: token, SDK_APP_ID: String(sdkAppId) })
  const path = join(root, 'examples/sdk-next/app/hook/route.js')
  const route = (await import(path)) as { readonly POST: (request: Request) => Promise<Response> }
  const server = createServer(webListener((request) => route.POST(request)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
