// An egress that may dial loopback, and a request for it; what differs from test to test is said by the test.

import { parseEgressPolicy } from '../../src/domain/egress/policy.ts'
import { createEgress } from '../../src/egress/egress.ts'
import type { EgressDeps, GuardedEgress } from '../../src/egress/egress.ts'
import type { ExchangeRequest } from '../../src/egress/port.ts'

export const loopbackPolicy = parseEgressPolicy({ allow: ['127.0.0.0/8'] })

export function openTestEgress(deps: Partial<EgressDeps> = {}): GuardedEgress {
  // Nothing answers on the discard port: a test that asks DNS says which server.
  return createEgress({ policy: loopbackPolicy, dnsServers: ['127.0.0.1:9'], now: Date.now, ...deps })
}

export function requestTo(port: number, wishes: Partial<ExchangeRequest> = {}): ExchangeRequest {
  return {
    url: `http://127.0.0.1:${port}/hook`,
    pool: 'wh_1',
    body: Buffer.from('{"CallbackCommand":"Test.Case"}'),
    timeoutMs: 1200,
    prepare: () => ({
      target: '/hook?SdkAppId=1&Sign=0123&RequestTime=1669872112',
      maskedTarget: '/hook?SdkAppId=1&Sign=***&RequestTime=1669872112',
      headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
    }),
    ...wishes,
  }
}

/** An answer with a body. */
export function httpAnswer(body: string, status = '200 OK', headers = ''): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
}
