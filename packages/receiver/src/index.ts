// Checking a webhook request in an app's backend. The core knows the Web's `Request` and nothing of any framework.

export { checkRequest } from './check-request.ts'
export type { CheckedRequest, CheckRequestOptions, RequestRefusal } from './check-request.ts'
