import express from 'express'
import { allow, createReceiver, deny } from '@livehook/receiver/express'

// TOKEN=<the webhook's token> SDK_APP_ID=<the app> node server.js      then register http://127.0.0.1:3000/hook
const { TOKEN, SDK_APP_ID = '1400000001', PORT = '3000' } = process.env
if (!TOKEN) throw new Error('Set TOKEN to the token of the webhook.')

const receiver = createReceiver({ apps: { [SDK_APP_ID]: { tokens: [TOKEN] } } })
receiver.after('Live.CallbackAfterCreateRoom', (event) =>
  console.log('a room was created:', event.body.RoomInfo?.RoomId),
)
receiver.before('Group.CallbackBeforeSendMsg', (event) =>
  JSON.stringify(event.body.MsgBody).includes('buy now') ? deny(10101, 'no ads') : allow(),
)
// Everything else is acknowledged and nothing more.
receiver.fallback(() => undefined)

const app = express()
// Before express.json(): the signature covers the bytes of the body.
app.post('/hook', receiver.express())

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`receiver ready on http://127.0.0.1:${server.address().port}/hook`)
})
