// For the tests of an app's backend: signed requests out of the catalogue's samples, requests that were tampered with, and
// matchers for what comes back.

export { request } from './testing-request.ts'
export type { RequestOptions } from './testing-request.ts'
export { tamper } from './testing-tamper.ts'
export { matchers, readAnswer, assertAllowed, assertDenied, assertDropped, assertRefused } from './testing-answer.ts'
export type { ReadAnswer, ReceiverMatchers } from './testing-answer.ts'
