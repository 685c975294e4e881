// livehook dev: a service with a scratch store, an app, a webhook with a token, and a receiver, in one process; with
// --demo also a live room's life and five webhooks that fail. In reading order: dev/scratch.ts, dev/receiver.ts,
// dev/feed.ts, dev/exec.ts, demo/room-life.ts, demo/failing-webhooks.ts, demo/dns-server.ts.

import { listCommands } from '@livehook/protocol/catalogue'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Settings } from '../../config/settings.ts'
import type { App, Webhook } from '../../http/contract/contract.ts'
import type { Service } from '../../service-types.ts'
import type { ApiClient } from '../client/api-client.ts'
import { createApiClient } from '../client/api-client.ts'
import { announceDev, ownNotes } from '../client/dev-note.ts'
import type { DemoWorld } from '../demo/world.ts'
import { openDemoWorld } from '../demo/world.ts'
import { runBeside } from './exec.ts'
import { showFeed } from './feed.ts'
import type { DevReceiver } from './receiver.ts'
import { openDevReceiver } from './receiver.ts'
import type { Scratch } from './scratch.ts'
import { openScratch } from './scratch.ts'
import type { CliIo } from '../io.ts'
import { CliError, CliExit, line } from '../io.ts'
import type { DevOptions } from '../input/options.ts'
import { startFromCli, untilStoppedOrFailed } from '../service/start.ts'
import { readToken } from '../input/token.ts'

export async function dev(options: DevOptions, io: CliIo): Promise<void> {
  if (options.exec !== undefined && options.demo === true) {
    throw new CliError('usage', 'Choose: --demo lives until Ctrl-C, --exec ends with its program.')
  }
  const token = (await readToken(options.tokenFile, io)) ?? randomBytes(16).toString('hex')
  const closers: (() => void | Promise<void>)[] = []
  try {
    const scratch = openScratch(io.environment)
    closers.push(() => scratch.remove())
    const world = options.demo === true ? await openDemoWorld() : undefined
    if (world !== undefined) closers.push(() => world.close())
    const receiver = options.to === undefined ? await openDevReceiver({ token, now: Date.now }) : undefined
    if (receiver !== undefined) closers.push(() => receiver.close())
    const key = `lhk_${randomBytes(24).toString('base64url')}`
    const service = await startFromCli(devFlags(options, { scratch, world, key, io }), io)
    closers.push(() => service.stop())
    // What the program of --exec prints is the data then.
    closers.push(showFeed(service, options.exec === undefined ? io : { ...io, stdout: io.stderr }))
    const client = createApiClient({ url: service.url, key })
    const forget = announceDev(ownNotes(io.environment), { url: service.url, key })
    if (forget === undefined) line(io.stderr, notAnnounced)
    else closers.push(forget)
    await run(client, { options, io, service, key, world, receiver, token })
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

/** The folder is another user's, or others may write into it. */
const notAnnounced =
  'Other terminals will not find this service by themselves: the folder for its note is not private to this user. Set LIVEHOOK_URL and LIVEHOOK_KEY there.'

interface DevParts {
  readonly options: DevOptions
  readonly io: CliIo
  readonly service: Service
  readonly key: string
  readonly world: DemoWorld | undefined
  readonly receiver: DevReceiver | undefined
  readonly token: string
}

async function run(client: ApiClient, parts: DevParts): Promise<void> {
  const { io, service, world } = parts
  const url = parts.options.to ?? parts.receiver?.url ?? ''
  const app = await client.post<App>('/v1/apps', { name: 'dev' })
  parts.receiver?.acceptOnly(app.sdkAppId)
  const webhooks = `/v1/apps/${app.sdkAppId}/webhooks`
  const commands = ['*', ...askedCommands()]
  const webhook = await client.post<Webhook>(webhooks, { name: 'receiver', url, commands })
  await client.put(`${webhooks}/${webhook.webhookId}/token`, { token: parts.token })

  if (parts.options.exec !== undefined) {
    await runChild(parts.options.exec, parts, app.sdkAppId)
    return
  }
  line(io.stdout, `livehook ready on ${service.url}`)
  line(io.stderr, '')
  line(io.stderr, `  Console    ${service.signInUrl()}   (signs in once)`)
  line(io.stderr, `  App        ${app.sdkAppId}, webhook ${webhook.webhookId} to ${url}`)
  line(io.stderr, `  Try        livehook trigger Live.CallbackAfterCreateRoom   (in another terminal)`)
  line(io.stderr, `             livehook ask Live.CallbackBeforeSendGift --set GiftWater.Count=100`)
  line(io.stderr, `  Stop       Ctrl-C`)
  line(io.stderr, '')
  const stopped = untilStoppedOrFailed(service, io)
  await (world === undefined
    ? stopped
    : Promise.race([stopped, world.live({ client, sdkAppId: app.sdkAppId, stop: io.stop })]))
  line(io.stderr, 'Stopping: attempts in flight finish first.')
}

/** @throws CliExit with the code of the program, if it is not 0 */
async function runChild(command: string, { service, key, token, io }: DevParts, sdkAppId: number): Promise<void> {
  line(io.stderr, `livehook ready on ${service.url}; running: ${command}`)
  const code = await runBeside(command, { url: service.url, key, token, sdkAppId }, io)
  if (code !== 0) throw new CliExit(code)
}

/** Every *before* command in full: a pattern stands for what is told afterwards. */
function askedCommands(): readonly string[] {
  const asked = listCommands().filter(({ reply }) => reply !== undefined)
  return asked.map(({ command }) => command)
}

/** A service for one developer: loopback receivers are allowed, nothing is kept. The environment may say otherwise. */
function devFlags(
  options: DevOptions,
  parts: { readonly scratch: Scratch; readonly world: DemoWorld | undefined; readonly key: string; readonly io: CliIo },
): Partial<Record<keyof Settings, string>> {
  const { scratch, world, key, io } = parts
  const environment = (variable: string, fallback: string): string => io.environment[variable] ?? fallback
  return {
    store: `sqlite:${join(scratch.folder, 'livehook.db')}`,
    adminKey: key,
    egressAllow: environment('LIVEHOOK_EGRESS_ALLOW', '127.0.0.0/8,::1/128'),
    logLevel: environment('LIVEHOOK_LOG_LEVEL', 'warn'),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...portFlag(options, io),
    ...(world === undefined ? {} : { dns: world.dnsServer }),
  }
}

/** A program that is run beside it is told where the service is: any free port will do, and several runs do not collide. */
function portFlag({ port, exec }: DevOptions, io: CliIo): { readonly port?: string } {
  if (port !== undefined) return { port }
  return exec === undefined || io.environment['LIVEHOOK_PORT'] !== undefined ? {} : { port: '0' }
}
