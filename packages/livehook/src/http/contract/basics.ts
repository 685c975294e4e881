// What every part of the contract is made of.

import { Type } from 'typebox'

/** Unknown members are refused. */
export const closed = { additionalProperties: false } as const

/** RFC 3339, UTC, milliseconds. */
export const Instant = Type.String({ format: 'date-time', examples: ['2026-11-24T02:40:00.000Z'] })

export const SdkAppId = Type.Integer({
  minimum: 1,
  maximum: 4_294_967_295,
  description: 'The id the app got when it was created.',
  examples: [1_400_000_001],
})

export const DeliveryState = Type.Union([
  Type.Literal('pending'),
  Type.Literal('claimed'),
  Type.Literal('succeeded'),
  Type.Literal('dead'),
  Type.Literal('cancelled'),
])

export const Symptom = Type.Union([
  Type.Literal('none'),
  Type.Literal('times_out'),
  Type.Literal('access_denied'),
  Type.Literal('https_certificate_error'),
  Type.Literal('https_mutual_authentication_error'),
  Type.Literal('http_code_not_200'),
  Type.Literal('response_not_json'),
  Type.Literal('ours'),
])

export interface List<Item> {
  items: Item[]
  nextCursor: string | null
}

/** A page of any list, newest first. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
}
