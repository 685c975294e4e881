// `node:http`, and whatever hands on its request and response untouched.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkSign, checkSignature } from '@livehook/protocol/node'
import type { HeaderSource } from '@livehook/protocol/node'
import type { CommandFacts, EventWord } from '@livehook/protocol/commands'
import { catalogueTable } from '../handlers/catalogue-table.ts'
import { rulesOf } from '../check/check-request.ts'
import type { CheckedRequest, CheckRequestOptions } from '../check/check-request.ts'
import { concludeHead, concludeSignature, needsBytes, planHead } from '../check/check.ts'
import { commandTable } from '../handlers/command-table.ts'
import { nodeHashing, serveNode } from './node-bridge.ts'
import type { Left } from './node-bridge.ts'
import type { AnswersRequests } from '../run/incoming.ts'
import type { LeanOptions, ReceiverOptions } from '../options.ts'
import { buildLeanReceiver, buildReceiver } from '../receiver.ts'
import type { LeanReceiver, Receiver } from '../receiver.ts'

export { allow, deny, drop } from '../handlers/decision.ts'

/** A request handler of `node:http`. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface NodeReceiver extends Receiver {
  /** The handler to give to `createServer`, or to call for one path of a server. */
  node(): NodeHandler
}

/** `createReceiver` of `@livehook/receiver` with hashing at once and a handler for `node:http`. */
export function createReceiver(options: ReceiverOptions): NodeReceiver {
  const receiver = createNodeReceiver(options)
  return Object.assign(receiver, { node: () => nodeHandler(receiver) })
}

/** What every entry for a framework on Node builds on. */
export function createNodeReceiver(options: ReceiverOptions): Receiver {
  return buildReceiver(options, { commands: catalogueTable(), hashing: nodeHashing })
}

/** `createLeanReceiver` of `@livehook/receiver` with hashing at once. */
export function createLeanReceiver<Word extends EventWord>(
  commands: readonly CommandFacts<Word>[],
  options: LeanOptions,
): LeanReceiver<Word> {
  return buildLeanReceiver<Word>(options, { commands: commandTable(commands), hashing: nodeHashing })
}

const advice = 'the request was read before it came here: call this handler first'

export function nodeHandler(receiver: AnswersRequests): NodeHandler {
  return (request: IncomingMessage & Left, response) => {
    void serveNode(receiver, { request, response, url: request.url ?? '', left: request, advice })
  }
}

export interface RequestParts {
  readonly method: string
  /** As on the request line, with or without `?`. */
  readonly query: string
  readonly headers: HeaderSource
  readonly body: Uint8Array
}

/** `checkRequest` for a request that was read already, at once instead of by a promise. */
export function checkRequestNow(request: RequestParts, options: CheckRequestOptions): CheckedRequest {
  const rules = rulesOf(options)
  const now = (options.now ?? Date.now)()
  const plan = planHead(request, rules, now)
  if (plan.kind === 'refused') return plan
  const head = concludeHead(plan, checkSign(plan.input), rules)
  if (head.kind === 'refused') return head
  const { headers, body } = request
  if (needsBytes(head, headers, rules)) {
    const refusal = concludeSignature(checkSignature({ tokens: options.tokens, headers, body, now }))
    if (refusal !== undefined) return refusal
  }
  return { kind: 'verified', parameters: head.parameters, tokenIndex: head.tokenIndex, body }
}
