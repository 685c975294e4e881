// For the tests of an app's backend: signed requests out of the catalogue's samples, requests that were tampered with, and
// matchers for what comes back.

export { request } from './request.ts'
export type { RequestOptions } from './request.ts'
export { tamper } from './tamper.ts'
export { matchers, readAnswer, assertAllowed, assertDenied, assertDropped, assertRefused } from './answer.ts'
export type { ReadAnswer, ReceiverMatchers } from './answer.ts'
