// A program for runtimes that are not Node: a receiver at `/hook`, and the signature cases, judged right here, at `/rows`.

import { checkRequest, createReceiver } from '../../src/index.ts'
import type { FetchContext } from '../../src/index.ts'
import rows from '../cases/signature.json' with { type: 'json' }
import { conformant } from '../support/conformance.ts'
import { checkRow } from '../support/signature-rows.ts'
import type { SignatureRow } from '../support/signature-rows.ts'

const receiver = conformant(
  createReceiver({ apps: { 1400000001: { tokens: ['test-token'] } }, log: false, platformWaitMs: 600, marginMs: 100 }),
)

/** The shape of a Worker; Bun calls it with the request alone. */
export async function handle(request: Request, _env?: unknown, context?: FetchContext): Promise<Response> {
  if (new URL(request.url).pathname !== '/rows') return receiver.fetch(request, context)
  const judged = (rows as unknown as SignatureRow[]).filter(({ kind }) => kind === 'verify')
  const said = await Promise.all(judged.map((row) => checkRow(row, { checkRequest, createReceiver })))
  return Response.json(said)
}
