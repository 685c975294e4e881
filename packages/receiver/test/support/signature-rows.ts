// One row of the signature cases held against a build of the package. Without any test runner and without Node, so that the very
// same judgement is made in other runtimes.

import type { checkRequest, createReceiver } from '../../src/index.ts'

export interface SignatureRow {
  readonly id: string
  readonly kind: string
  readonly title: string
  readonly input: {
    readonly tokens: readonly string[]
    readonly now_ms: number
    readonly query: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  }
  readonly expected: {
    readonly result: 'accept' | 'reject'
    readonly reason?: string | null
    readonly matched_token_index?: number
  }
}

interface Subject {
  readonly checkRequest: typeof checkRequest
  readonly createReceiver: typeof createReceiver
}

const sdkAppId = 1_400_000_000

/** @returns `as expected`, or what was otherwise */
export async function checkRow(row: SignatureRow, subject: Subject): Promise<string> {
  const said = [await checkAlone(row, subject), await checkByReceiver(row, subject)].filter((text) => text !== '')
  return said.length === 0 ? 'as expected' : `${row.id}: ${said.join('; ')}`
}

function requestOf({ query, headers = {}, body = '{}' }: SignatureRow['input']): Request {
  return new Request(`http://receiver.test/hook?${query}`, { method: 'POST', headers, body })
}

/** The check without a receiver around it. */
export async function checkAlone(
  { input, expected }: SignatureRow,
  subject: Pick<Subject, 'checkRequest'>,
): Promise<string> {
  const { tokens, now_ms: now } = input
  const options = { sdkAppId, tokens, now: () => now, unsigned: 'accept' } as const
  const checked = await subject.checkRequest(requestOf(input), options)
  if (checked.kind === 'refused') {
    return expected.result === 'reject' && checked.reason === expected.reason ? '' : `the check says ${checked.reason}`
  }
  if (expected.result === 'reject') return 'the check accepts it'
  const isUnverified = checked.tokenIndex === undefined
  if (isUnverified !== (expected.reason === 'unverified')) return 'it is accepted as the wrong thing'
  const index = expected.matched_token_index
  return index === undefined || index === checked.tokenIndex ? '' : `token ${checked.tokenIndex} matched`
}

async function checkByReceiver({ input, expected }: SignatureRow, subject: Subject): Promise<string> {
  let reason = ''
  let receiver
  try {
    receiver = subject.createReceiver({
      apps: { [sdkAppId]: { tokens: input.tokens } },
      unsigned: input.tokens.length === 0 ? 'accept' : 'refuse',
      now: () => input.now_ms,
      log: false,
      observe: (event) => {
        if (event.kind === 'refused') reason = event.reason
      },
    })
  } catch {
    return expected.reason === 'config_error' ? '' : 'the receiver cannot be built'
  }
  const { status } = await receiver.fetch(requestOf(input))
  if (expected.result === 'accept') return status === 200 ? '' : `answered ${status} (${reason})`
  return status === 401 && reason === expected.reason ? '' : `answered ${status} (${reason})`
}
