// The configuration calls under /v4 in the OpenAPI document.

import { Type } from 'typebox'
import type { Operation } from './operation.ts'
import { media } from './operation.ts'
import { CallAnswer } from './schemas.ts'

/** The configuration calls differ in their bodies alone, which are the public platform's. */
export function configurationCall(path: string): Operation {
  return {
    tag: 'Configuration calls',
    summary: path.split('/').at(-1) ?? path,
    description: 'Status 200 whatever came of it: `ErrorCode` says. docs/live-config.md has the bodies and the codes.',
    body: media({ 'application/json': Type.Object({}) }),
    answers: { 200: CallAnswer },
  }
}

/** The parameters of a configuration call. */
export const configurationQuery = Type.Object({
  sdkappid: Type.String(),
  identifier: Type.String(),
  usersig: Type.String(),
  random: Type.String({ description: 'A whole number below 2^32.' }),
  contenttype: Type.Literal('json'),
})
