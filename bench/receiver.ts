// npm run bench:receiver: how many requests a second the receiver's check takes, beside the public verifiers of `stripe` and
// `standardwebhooks`, in one run and in alternating rounds. All three check one signature over the same 1 KiB body.

import { checkSign, checkSignature, makeSign, makeSignature, secretOfToken } from '@livehook/protocol/node'
import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { Stripe } from 'stripe'

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

const subjects: Readonly<Record<string, () => unknown>> = {
  'livehook Sign': () => checkSign({ tokens: [token], query, now: Date.now() }).kind === 'verified',
  'livehook body': () => checkSignature({ tokens: [token], headers, body: bytes, now: Date.now() }).kind === 'verified',
  standardwebhooks: () => standard.verify(body, headers),
  stripe: () => stripe.webhooks.constructEvent(body, stripeHeader, 'whsec_x'),
}

const rates = new Map<string, number[]>()
for (let round = 0; round < 5; round += 1) {
  const names = Object.keys(subjects)
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    const check = subjects[name]
    if (check === undefined || !check()) throw new Error(`${name} does not accept what was signed for it`)
    const startedAt = performance.now()
    let count = 0
    while (performance.now() - startedAt < 400) {
      for (let index = 0; index < 200; index += 1) check()
      count += 200
    }
    rates.set(name, [...(rates.get(name) ?? []), (count * 1000) / (performance.now() - startedAt)])
  }
}
const median = (list: readonly number[]): number => list.toSorted((left, right) => left - right)[2] ?? 0
const base = median(rates.get('standardwebhooks') ?? [])
for (const [name, list] of rates) {
  const rate = median(list)
  console.log(
    `${name.padEnd(18)} ${Math.round(rate).toLocaleString('en').padStart(10)}/s  ${(rate / base).toFixed(2)} × standardwebhooks`,
  )
}
