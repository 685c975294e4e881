// AWS Lambda behind a function URL or an API Gateway, in both formats of its events.

import { bytesBody } from '../run/incoming.ts'
import type { AnswersRequests, Incoming } from '../run/incoming.ts'
import { createNodeReceiver } from './node.ts'
import type { ReceiverOptions } from '../options.ts'
import type { Receiver } from '../receiver.ts'

export { allow, deny, drop } from '../handlers/decision.ts'

type Fields = Readonly<Record<string, string | undefined>>
type Lists = Readonly<Record<string, readonly string[] | undefined>>

/** What Lambda hands over: format 2.0 has `rawQueryString`, format 1.0 has the parameters decoded. */
export interface LambdaEvent {
  readonly requestContext?: { readonly http?: { readonly method?: string } }
  readonly httpMethod?: string
  readonly rawQueryString?: string
  readonly queryStringParameters?: Fields | null
  readonly multiValueQueryStringParameters?: Lists | null
  readonly headers?: Fields | null
  readonly multiValueHeaders?: Lists | null
  readonly body?: string | null
  readonly isBase64Encoded?: boolean
}

export interface LambdaResult {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: string
}

/** A handler of Lambda. */
export type LambdaHandler = (event: LambdaEvent) => Promise<LambdaResult>

export interface LambdaReceiver extends Receiver {
  /** The handler: `export const handler = receiver.lambda()`. Work after the answer is not possible: `answer: 'first'` waits too. */
  lambda(): LambdaHandler
}

/** `createReceiver` of `@livehook/receiver` with a handler for AWS Lambda. */
export function createReceiver(options: ReceiverOptions): LambdaReceiver {
  const receiver = createNodeReceiver(options)
  return Object.assign(receiver, { lambda: () => lambdaHandler(receiver) })
}

export function lambdaHandler(receiver: AnswersRequests): LambdaHandler {
  return async (event) => {
    const { status, body, headers } = await receiver.handle(incomingOf(event))
    return { statusCode: status, headers: { ...headers, 'content-type': 'application/json' }, body }
  }
}

function incomingOf(event: LambdaEvent): Incoming {
  return {
    method: event.requestContext?.http?.method ?? event.httpMethod ?? 'GET',
    query: queryOf(event),
    // Format 1.0 shows only the last value of a repeated header in `headers`, and the check must see them all.
    headers: event.multiValueHeaders ?? event.headers ?? {},
    body: bytesBody(Buffer.from(event.body ?? '', event.isBase64Encoded === true ? 'base64' : 'utf8')),
    stopsAfterAnswer: true,
  }
}

function queryOf({ rawQueryString, multiValueQueryStringParameters, queryStringParameters }: LambdaEvent): string {
  if (rawQueryString !== undefined) return rawQueryString
  const query = new URLSearchParams()
  const fields = multiValueQueryStringParameters ?? queryStringParameters ?? {}
  for (const [name, value] of Object.entries(fields)) {
    for (const each of typeof value === 'string' ? [value] : (value ?? [])) query.append(name, each)
  }
  return query.toString()
}
