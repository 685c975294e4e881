import { allow, createReceiver, deny } from '@livehook/receiver'

// TOKEN=<the webhook's token> SDK_APP_ID=<the app> bun server.js       then register http://127.0.0.1:3000/hook
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

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(PORT),
  routes: { '/hook': (request) => receiver.fetch(request) },
})
console.log(`receiver ready on http://127.0.0.1:${server.port}/hook`)
