// What the browser tests stand on: the real service with its real store and the built console, and receivers that
// answer as a test asks for, all in this process and on loopback.

import type { App, Delivery, DeliveryDetail, EventAccepted, List, NewWebhook, Webhook } from 'livehook/contract'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { adminKey, openService, type TestService } from '../../../../livehook/test/support/service.ts'
import { openFrontDoor } from './front-door.ts'
import { openReceivers, type Receivers } from './receivers.ts'

/** How a delivery is to end. */
export type Ending =
  /** The receiver answers 200 with JSON. */
  | 'succeeded'
  /** The webhook's name does not exist; no retry, so the delivery dies. */
  | 'name_not_found'
  /** No one vouches for the receiver's certificate; dies. */
  | 'certificate_untrusted'
  /** The receiver answers 500; two attempts are made, a third is to come in an hour. */
  | 'status_500'
  /** The receiver answers 200 with hostile text; dies. */
  | 'hostile_answer'
  /** The receiver answers 200 with 3 MiB; dies. */
  | 'large_answer'
  /** The rest of the failure table; no retry, so the delivery dies. */
  | 'private_name'
  | 'closed_port'
  | 'certificate_expired'
  | 'status_503'
  | 'html'

export interface ConsoleUnderTest {
  /** Without a slash at the end. */
  readonly url: string
  /** A key that signs in. */
  readonly key: string
  /** A fresh address that signs in once. */
  signInUrl(): string
  createApp(name: string): Promise<App>
  createWebhook(
    sdkAppId: number,
    webhook: Pick<
      NewWebhook,
      'name' | 'commands' | 'keepBodies' | 'askDeadlineMs' | 'failurePolicy' | 'trial' | 'headers'
    > & {
      token?: string
      url?: string
    },
  ): Promise<Webhook>
  deleteWebhooks(sdkAppId: number): Promise<void>
  /** From now on the app's oldest webhook leads to a receiver that answers as it should. */
  mendWebhook(sdkAppId: number): Promise<void>
  /** Sends an event to anyone who wants it. */
  postEvent(sdkAppId: number, command: string, body?: string): Promise<EventAccepted>
  /** The URL of a receiver that answers 200 with this text, or hangs if there is none. */
  urlSaying(text: string | undefined): string
  /** Asks what may be, and gives the decision's id. */
  ask(sdkAppId: number, command: string, body?: string): Promise<string>
  /** Any call of the API, as an admin. */
  readonly call: TestService['call']
  /**
   * Sends an event to the app's oldest webhook, whose delivery ends as asked for.
   * @returns the delivery's id, once it has ended (or waits for its retry)
   */
  deliver(sdkAppId: number, ending: Ending, event?: { command?: string; body?: string }): Promise<string>
  /** Sends so many events whose deliveries succeed, and waits for all of them. */
  deliverMany(sdkAppId: number, count: number): Promise<void>
  /** Breaks every live stream off, and lets no new one through until it is allowed again. */
  allowStreams(allowed: boolean): void
  /** Nothing of the service comes through any more, and no connection ends, until it goes on. */
  standStill(stands: boolean): void
  /** Restarts the service, which ends all sessions. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Who builds into a folder of their own says so, and is not disturbed by a build of someone else. */
const consoleFolder =
  process.env['LIVEHOOK_TEST_CONSOLE'] ?? join(import.meta.dirname, '../../../../livehook/dist/console')

/**
 * Starts everything, to be closed by anyone who started it.
 * @param options a folder with a data file that is there already
 */
export async function startConsoleUnderTest(options: { readonly folder?: string } = {}): Promise<ConsoleUnderTest> {
  if (!existsSync(join(consoleFolder, 'index.html'))) {
    throw new Error('The console is not built. Build it first: node scripts/run.mjs vite build packages/console')
  }
  const receivers = await openReceivers()
  let test = await openService({ ...options, consoleFolder, flags: { dns: receivers.dns } })
  const door = await openFrontDoor(portOf(test.url))
  const url = `http://127.0.0.1:${door.port}`
  return {
    url,
    key: adminKey,
    signInUrl: () => test.service.signInUrl().replace(test.url, url),
    createApp: (name) => test.createApp(name),
    createWebhook: (sdkAppId, { token, ...webhook }) =>
      test.createWebhook(sdkAppId, { ...receivers.webhookFor('succeeded'), ...webhook }, token),
    deleteWebhooks: async (sdkAppId) => {
      for (const { webhookId } of await webhooksOf(test, sdkAppId)) {
        await test.call('DELETE', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`)
      }
    },
    mendWebhook: async (sdkAppId) => {
      const { webhookId } = await oldestWebhook(test, sdkAppId)
      await test.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, receivers.webhookFor('succeeded'))
    },
    postEvent: (sdkAppId, command, body = '{"RoomId":"room-1"}') => test.postEvent(sdkAppId, command, body),
    urlSaying: (text) => receivers.urlSaying(text),
    ask: async (sdkAppId, command, body = '{"RoomId":"room-1"}') => {
      const {
        status,
        body: answer,
        text,
      } = await test.call('POST', `/v1/apps/${sdkAppId}/asks?command=${command}`, body)
      if (status !== 200) throw new Error(`The ask was answered ${status}: ${text}`)
      return String(answer['decisionId'])
    },
    call: (...request) => test.call(...request),
    deliver: (sdkAppId, ending, event) => deliver({ test, receivers }, { sdkAppId, ending, ...event }),
    deliverMany: (sdkAppId, count) => deliverMany(test, sdkAppId, count),
    allowStreams: (allowed) => door.allowStreams(allowed),
    standStill: (stands) => door.standStill(stands),
    restart: async () => {
      test = await test.restart()
      door.leadTo(portOf(test.url))
    },
    close: async () => {
      await door.close()
      await test.close()
      await receivers.close()
    },
  }
}

interface DeliverRequest {
  readonly sdkAppId: number
  readonly ending: Ending
  readonly command?: string
  readonly body?: string
}

async function deliver(
  { test, receivers }: { test: TestService; receivers: Receivers },
  { sdkAppId, ending, command = 'Live.CallbackAfterCreateRoom', body = '{"RoomId":"room-1"}' }: DeliverRequest,
): Promise<string> {
  const { webhookId } = await oldestWebhook(test, sdkAppId)
  await test.call('PATCH', `/v1/apps/${sdkAppId}/webhooks/${webhookId}`, receivers.webhookFor(ending))
  const { deliveries } = await test.postEvent(sdkAppId, command, body)
  const deliveryId = deliveries[0]
  if (deliveryId === undefined) throw new Error(`No webhook of ${sdkAppId} wants ${command}.`)
  const attempts = ending === 'status_500' ? 2 : 1
  await until(`${deliveryId} has ended as ${ending}`, async () => {
    const detail: Partial<DeliveryDetail> = (await test.call('GET', `/v1/deliveries/${deliveryId}`)).body
    return detail.state !== 'claimed' && detail.attemptCount === attempts
  })
  return deliveryId
}

async function oldestWebhook(test: TestService, sdkAppId: number): Promise<Webhook> {
  const [webhook] = await webhooksOf(test, sdkAppId)
  if (webhook === undefined) throw new Error(`App ${sdkAppId} has no webhook.`)
  return webhook
}

/** The oldest first. */
async function webhooksOf(test: TestService, sdkAppId: number): Promise<readonly Webhook[]> {
  const page: Partial<List<Webhook>> = (await test.call('GET', `/v1/apps/${sdkAppId}/webhooks`)).body
  return (page.items ?? []).toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
}

async function deliverMany(test: TestService, sdkAppId: number, count: number): Promise<void> {
  const line = JSON.stringify({ command: 'Live.CallbackAfterCreateRoom', body: { RoomId: 'room-1' } })
  const lines = Array.from({ length: count }, () => line).join('\n')
  await test.call('POST', `/v1/apps/${sdkAppId}/events`, lines, { 'content-type': 'application/x-ndjson' })
  await until(`${count} deliveries have succeeded`, async () => {
    const waiting = ['pending', 'claimed'].map((state) => `state=${state}`).join('&')
    const path = `/v1/apps/${sdkAppId}/deliveries?limit=1`
    const left: Partial<List<Delivery>> = (await test.call('GET', `${path}&${waiting}`)).body
    const any: Partial<List<Delivery>> = (await test.call('GET', path)).body
    return left.items?.length === 0 && any.items?.length === 1
  })
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tried = 0; tried < 600; tried += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`It did not come about within 15 s that ${what}.`)
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}
