// What the tests of asks share: a service, and receivers that answer as each event's `Case` tells them.

import type { ServerResponse } from 'node:http'
import { listCommands, sampleOf } from '@livehook/protocol/catalogue'
import type { AskDecision } from '../../src/engine/ask/event.ts'
import type { NewWebhook } from '../../src/http/contract/contract.ts'
import type { ReceivedRequest, TestReceiver } from '../support/receiver.ts'
import { openReceiver } from '../support/receiver.ts'
import type { TestService, TestServiceOptions } from '../support/service.ts'
import { openService } from '../support/service.ts'

/** The commands that are asked. */
export const askedWords: readonly string[] = listCommands()
  .filter(({ reply }) => reply !== undefined)
  .map(({ command }) => command)

/** How a receiver answers: a body, or something else that it does. */
export type Reply = string | ((response: ServerResponse) => void)

export interface AskWorld extends TestService {
  readonly receiver: TestReceiver
  /** Registers an app whose one webhook decides these commands, and returns a way to ask it. */
  openApp(webhook: Partial<NewWebhook> & { readonly commands: readonly string[] }): Promise<AskedApp>
  /** Says how the receiver answers an event of that case. */
  script(name: string, reply: Reply): void
  /** Stops the service and starts it again on the same data. */
  reopen(): Promise<AskWorld>
}

export interface AskedApp {
  readonly sdkAppId: number
  readonly webhookId: string
  readonly ask: (command: string, more?: AskMore) => Promise<AskDecision>
}

export interface AskMore {
  readonly case?: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

export async function openAskWorld(options: TestServiceOptions = {}): Promise<AskWorld> {
  const replies = new Map<string, Reply>()
  const receiver = await openReceiver((request, response) => answer(replies, request, response))
  return worldOf(await openService(options), receiver, replies)
}

function worldOf(service: TestService, receiver: TestReceiver, replies: Map<string, Reply>): AskWorld {
  return {
    ...service,
    receiver,
    script: (name, reply) => void replies.set(name, reply),
    async openApp({ commands, ...webhook }) {
      const { sdkAppId } = await service.createApp()
      const { webhookId } = await service.createWebhook(sdkAppId, {
        url: receiver.url,
        ...webhook,
        commands: [...commands],
      })
      return { sdkAppId, webhookId, ask: (command, more) => askOf(service, sdkAppId, command, more) }
    },
    reopen: async () => worldOf(await service.restart(), receiver, replies),
    async close() {
      await service.close()
      await receiver.close()
    },
  }
}

/** A body of the command: its sample, with the members of the test in place of its own. */
export function bodyOf(command: string, more: AskMore = {}): Uint8Array {
  const sample: Record<string, unknown> = JSON.parse(sampleOf(command) ?? '{}')
  return new TextEncoder().encode(
    JSON.stringify({ ...sample, ...(more.case === undefined ? {} : { Case: more.case }), ...more.body }),
  )
}

export function askOf(
  { service }: Pick<TestService, 'service'>,
  sdkAppId: number,
  command: string,
  more: AskMore = {},
): Promise<AskDecision> {
  const { deadlineMs, signal } = more
  return service.ask({
    sdkAppId,
    command,
    body: bodyOf(command, more),
    clientIp: '203.0.113.9',
    optPlatform: 'iOS',
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(signal === undefined ? {} : { signal }),
  })
}

function answer(replies: ReadonlyMap<string, Reply>, request: ReceivedRequest, response: ServerResponse): void {
  const { Case: name } = JSON.parse(request.body.toString()) as { Case?: string }
  const reply = replies.get(name ?? '') ?? packet(0)
  if (typeof reply === 'string') response.writeHead(200, { 'content-type': 'application/json' }).end(reply)
  else reply(response)
}

/** A reply packet; `ErrorInfo` is `as told`. */
export function packet(code: unknown, members: object = {}): string {
  return JSON.stringify({ ActionStatus: 'OK', ErrorInfo: 'as told', ErrorCode: code, ...members })
}

/** Never answers. */
export const hang: Reply = () => undefined

/** Ends the connection before a byte of an answer. */
export const reset: Reply = (response) => void response.socket?.resetAndDestroy()
