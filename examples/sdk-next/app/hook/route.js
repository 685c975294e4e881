import { allow, createReceiver, deny } from '@livehook/receiver/next'

// TOKEN and SDK_APP_ID stand in .env.local; the route is registered as https://<the site>/hook.
const { TOKEN, SDK_APP_ID = '1400000001' } = process.env
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

export const POST = receiver.next()
