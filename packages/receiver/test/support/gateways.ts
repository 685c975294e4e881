// What stands between a socket and a handler where no server of the framework's own is at hand: it does what the framework's
// documentation says of its own, and no more.

import type { IncomingMessage, RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import type { LambdaEvent, LambdaHandler } from '../../src/adapters/lambda.ts'

/** Calls a handler of Web requests, streaming the body as it comes. */
export function webListener(handle: (request: Request) => Promise<Response>): RequestListener {
  return (incoming, outgoing) => {
    const method = incoming.method ?? 'GET'
    const body = method === 'GET' ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>)
    const request = new Request(`http://receiver.test${incoming.url}`, {
      method,
      headers: incoming.headers as Record<string, string>,
      ...(body !== null && { body, duplex: 'half' }),
    })
    void handle(request).then(async (response) => {
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    })
  }
}

/** Calls a handler of Lambda as an API Gateway does. */
export function lambdaListener(handle: LambdaHandler, format: '1.0' | '2.0'): RequestListener {
  return (incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks)
      const { statusCode, headers, body: answer } = await handle(eventOf(incoming, body, format))
      outgoing.writeHead(statusCode, headers).end(answer)
    })()
  }
}

function eventOf(incoming: IncomingMessage, body: Buffer, format: '1.0' | '2.0'): LambdaEvent {
  const { search, searchParams } = new URL(incoming.url ?? '/', 'http://receiver.test')
  const headers = incoming.headers as Record<string, string>
  const several = incoming.headersDistinct
  const method = incoming.method ?? 'GET'
  if (format === '2.0') {
    return {
      requestContext: { http: { method } },
      rawQueryString: search.slice(1),
      headers,
      body: body.toString('base64'),
      isBase64Encoded: true,
    }
  }
  const fields: Record<string, string[]> = {}
  for (const [name, value] of searchParams) (fields[name] ??= []).push(value)
  // Bytes that are no text arrive encoded, as from an API whose binary types are set.
  const isText = Buffer.from(body.toString('utf8')).equals(body)
  return {
    httpMethod: method,
    multiValueQueryStringParameters: fields,
    // Of a header that stands twice this format has the last value here, and all of them beside it.
    headers: Object.fromEntries(Object.entries(several).map(([name, values]) => [name, values?.at(-1)])),
    multiValueHeaders: several,
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  }
}
