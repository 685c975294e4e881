// The codes that the platform's configuration calls answer with, and the packet around them. The HTTP status is always 200.
// Source: the platform's public REST pages; docs/live-config.md says when each one comes.

import { randomBytes } from 'node:crypto'

export const publicCodes = {
  bad_request: 60002,
  bad_json: 60003,
  bad_account: 60004,
  bad_app_id: 60006,
  too_many_calls: 60007,
  no_such_call: 60009,
  not_admin: 60010,
  no_app_id: 60012,
  expired: 70001,
  unreadable: 70003,
  wrong_sig: 70009,
  other_identifier: 70013,
  other_app: 70014,
  no_secret_key: 70016,
  unknown_app: 70020,
  too_many_refusals: 70050,
  internal: 100001,
  bad_parameter: 100002,
  exists: 100300,
  no_configuration: 100301,
  no_token: 100302,
} as const

export type PublicCode = keyof typeof publicCodes

/** Ends a call with one of the public codes. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly code: PublicCode

  /** @param info what happened and what to do; never a UserSig, a key or a token */
  constructor(code: PublicCode, info: string) {
    super(info)
    this.code = code
  }
}

/** What every answer looks like. */
export interface CallAnswer {
  readonly ActionStatus: 'OK' | 'FAIL'
  readonly ErrorInfo: string
  readonly ErrorCode: number
  readonly RequestId: string
  readonly Response?: object
}

/** Makes answers, each with an id of its own. */
export interface CallAnswers {
  ok(response?: object): CallAnswer
  fail(refused: CallRefused): CallAnswer
}

export function createCallAnswers(): CallAnswers {
  let sequence = 0
  const requestId = (): string => {
    sequence += 1
    return `Id-${randomBytes(16).toString('hex')}-O-Seq-${sequence}`
  }
  return {
    ok: (response) => ({
      ActionStatus: 'OK',
      ErrorInfo: '',
      ErrorCode: 0,
      RequestId: requestId(),
      ...(response === undefined ? {} : { Response: response }),
    }),
    fail: (refused) => ({
      ActionStatus: 'FAIL',
      ErrorInfo: refused.message,
      ErrorCode: publicCodes[refused.code],
      RequestId: requestId(),
    }),
  }
}
