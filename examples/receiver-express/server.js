// A receiver for livehook in Express 5. Nothing here is ours but the parameters of the request: the body is checked by
// the public package `standardwebhooks`, the query by the ten lines of `checkSign`.
//
//   TOKEN=<the webhook's token> node server.js        then register http://127.0.0.1:3000/hook

import { createHash, timingSafeEqual } from 'node:crypto'
import express from 'express'
import { Webhook } from 'standardwebhooks'

const token = process.env.TOKEN
if (!token) {
  console.error('Set TOKEN to the token of the webhook.')
  process.exit(2)
}
const standard = new Webhook(Buffer.from(token).toString('base64'))

/** Sign = sha256(Token + RequestTime) in lower-case hex, and RequestTime at most a minute off. */
function checkSign(query) {
  const { Sign: sign, RequestTime: time } = query
  if (typeof sign !== 'string' || typeof time !== 'string') return false
  if (!/^[1-9][0-9]{9}$/.test(time) || !/^[0-9a-f]{64}$/.test(sign)) return false
  const expected = createHash('sha256')
    .update(token + time)
    .digest()
  if (!timingSafeEqual(Buffer.from(sign, 'hex'), expected)) return false
  return Math.abs(Math.floor(Date.now() / 1000) - Number(time)) <= 60
}

/** The signature covers the bytes, so the body must not be parsed before it is checked. */
function checkBody(request) {
  try {
    standard.verify(request.body, request.headers)
    return true
  } catch {
    return false
  }
}

/** A before event waits for a verdict: 0 lets it pass, another code does not. After events need no more than OK. */
function verdictOn(event) {
  if (event.CallbackCommand === 'Live.CallbackBeforeSendGift' && event.GiftWater?.Count > 99) {
    return { ErrorCode: 102101, ErrorInfo: 'at most 99 pieces of a gift at a time' }
  }
  return { ErrorCode: 0, ErrorInfo: '' }
}

const app = express()
// A retry carries the same webhook-id: what was done is not done again.
const seen = new Set()

app.post('/hook', express.raw({ type: 'application/json', limit: '300kb' }), (request, response) => {
  if (!checkSign(request.query) || !checkBody(request)) {
    response.status(401).json({ ActionStatus: 'FAIL', ErrorCode: 1, ErrorInfo: 'the signature is not right' })
    return
  }
  const event = JSON.parse(request.body)
  const id = request.get('webhook-id')
  if (!seen.has(id)) {
    seen.add(id)
    if (process.env.VERBOSE) console.log(event.CallbackCommand, event)
  }
  response.json({ ActionStatus: 'OK', ...verdictOn(event) })
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error
  console.log(`receiver ready on http://127.0.0.1:${server.address().port}/hook`)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
}
