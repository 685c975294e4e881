// How many requests a second the receiver's check takes, beside the public verifiers of `stripe` and `standardwebhooks`, in one
// process and in alternating rounds. All of them check one signature over the same 1 KiB body.

import { checkSign, checkSignature, makeSign, makeSignature, secretOfToken } from '@livehook/protocol/node'
import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { Stripe } from 'stripe'
import type { Scenario } from '../figures.ts'
import { median } from '../figures.ts'

type Subject = 'sign' | 'body' | 'standardwebhooks' | 'stripe'

/** What each one does with a request that it must accept. */
function subjects(): Readonly<Record<Subject, () => unknown>> {
  const token = 'a-token-of-the-benchmark'
  const body = JSON.stringify({ CallbackCommand: 'Live.CallbackAfterCreateRoom', Custom: 'x'.repeat(960) })
  const bytes = Buffer.from(body)
  const seconds = Math.floor(Date.now() / 1000)
  const requestTime = String(seconds)
  const query = `SdkAppId=1400000001&WebhookCommand=Live.CallbackAfterCreateRoom&contenttype=json&ClientIP=203.0.113.9&OptPlatform=iOS&Sign=${makeSign(token, requestTime)}&RequestTime=${requestTime}`
  const signature = makeSignature({ tokens: [token], id: 'evt_1', timestampSeconds: seconds, body: bytes })
  const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': requestTime, 'webhook-signature': signature }
  const standard = new Webhook(secretOfToken(token))
  const stripe = new Stripe('sk_test_0')
  const stripeHeader = `t=${requestTime},v1=${createHmac('sha256', 'whsec_x').update(`${requestTime}.${body}`).digest('hex')}`
  return {
    sign: () => checkSign({ tokens: [token], query, now: Date.now() }).kind === 'verified',
    body: () => checkSignature({ tokens: [token], headers, body: bytes, now: Date.now() }).kind === 'verified',
    standardwebhooks: () => standard.verify(body, headers),
    stripe: () => stripe.webhooks.constructEvent(body, stripeHeader, 'whsec_x'),
  }
}

const isSubject = (name: string, all: Readonly<Record<Subject, unknown>>): name is Subject => name in all

export const receiver: Scenario = {
  about: 'the receiver’s check against the public verifiers of stripe and standardwebhooks',
  async run({ scale }) {
    const all = subjects()
    const rates: Record<Subject, number[]> = { sign: [], body: [], standardwebhooks: [], stripe: [] }
    for (let turn = 0; turn < 5; turn += 1) {
      const names = Object.keys(all).filter((name) => isSubject(name, all))
      for (const name of turn % 2 === 0 ? names : names.toReversed()) {
        if (!all[name]()) throw new Error(`${name} does not accept what was signed for it`)
        rates[name].push(rateOf(all[name], 400 * scale))
      }
    }
    const sign = median(rates.sign)
    const body = median(rates.body)
    const standardwebhooks = median(rates.standardwebhooks)
    const stripe = median(rates.stripe)
    return {
      ratio: sign / Math.max(stripe, standardwebhooks),
      signRate: sign,
      bodyRate: body,
      standardwebhooksRate: standardwebhooks,
      stripeRate: stripe,
      signToStandardwebhooks: sign / standardwebhooks,
      signToStripe: sign / stripe,
      bodyToStandardwebhooks: body / standardwebhooks,
      bodyToStripe: body / stripe,
      lost: 0,
      duplicates: 0,
    }
  },
}

function rateOf(check: () => unknown, forMs: number): number {
  const startedAt = performance.now()
  let count = 0
  while (performance.now() - startedAt < forMs) {
    for (let index = 0; index < 200; index += 1) check()
    count += 200
  }
  return (count * 1000) / (performance.now() - startedAt)
}
