import { allow, createReceiver, deny } from '@livehook/receiver'

// Secrets of a Worker come with the first request, so the receiver is made then, once per set of secrets.
let receiver

function receiverOf({ TOKEN, SDK_APP_ID = '1400000001' }) {
  return createReceiver({ apps: { [SDK_APP_ID]: { tokens: [TOKEN] } } })
    .after('Live.CallbackAfterCreateRoom', (event) => console.log('a room was created:', event.body.RoomInfo?.RoomId))
    .before('Group.CallbackBeforeSendMsg', (event) =>
      JSON.stringify(event.body.MsgBody).includes('buy now') ? deny(10101, 'no ads') : allow(),
    )
    .fallback(() => undefined)
}

// oxlint-disable-next-line import/no-default-export -- a Worker is the default export of its module
export default {
  fetch(request, env, context) {
    receiver ??= receiverOf(env)
    return receiver.fetch(request, context)
  },
}
