// The Web's `Request` and `Response`: Bun, Deno, workers, and every framework built on them.

import { joined } from './incoming.ts'
import type { Answer, AnswersRequests, Incoming, IncomingBody } from './incoming.ts'

const consumed =
  'something before this handler has read the request: call receiver.fetch first, or hand it request.clone() there'

/** What a runtime gives beside the request: the `ctx` of a Worker. */
export interface FetchContext {
  waitUntil?(work: Promise<unknown>): void
}

/** The handler of a lean receiver; others have it as `fetch`. */
export function fetchHandler(
  receiver: AnswersRequests,
): (request: Request, context?: FetchContext) => Promise<Response> {
  return async (request, context) => webResponse(await receiver.handle(incomingOfWeb(request, context)))
}

function incomingOfWeb(request: Request, context: FetchContext | undefined): Incoming {
  return {
    method: request.method,
    query: new URL(request.url).search.slice(1),
    headers: request.headers,
    body: bodyOf(request),
    // Called as a method: a Worker's context looks at its `this`.
    waitUntil: typeof context?.waitUntil === 'function' ? (work) => context.waitUntil?.(work) : undefined,
  }
}

function webResponse({ status, body, headers }: Answer): Response {
  return new Response(body, { status, headers: { ...headers, 'content-type': 'application/json' } })
}

function bodyOf(request: Request): IncomingBody {
  if (request.bodyUsed) return { kind: 'consumed', advice: consumed }
  const { body } = request
  if (body === null) return { kind: 'bytes', read: async () => new Uint8Array() }
  return {
    kind: 'bytes',
    read: async (maxBytes) => {
      if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return 'too_large'
      return readStream(body, maxBytes)
    },
  }
}

async function readStream(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | 'too_large' | 'cut_off'> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return joined(chunks, length)
      length += value.length
      if (length > maxBytes) {
        // No one waits for the rest, and whether the other side hears of it is its own affair.
        reader.cancel().catch(() => undefined)
        return 'too_large'
      }
      chunks.push(value)
    }
  } catch {
    return 'cut_off'
  }
}
