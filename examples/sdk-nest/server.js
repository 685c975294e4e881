import 'reflect-metadata'
import { All, Controller, Module, Req, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { allow, createReceiver, deny } from '@livehook/receiver/nest'

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
const webhook = receiver.nest()

class HookController {
  hook(request, response) {
    return webhook(request, response)
  }
}
class AppModule {
  name = 'receiver'
}

// What a compiler makes of @Controller(), @All('hook'), @Req(), @Res() and @Module(): this file is plain JavaScript.
Controller()(HookController)
All('hook')(HookController.prototype, 'hook', Object.getOwnPropertyDescriptor(HookController.prototype, 'hook'))
Req()(HookController.prototype, 'hook', 0)
Res()(HookController.prototype, 'hook', 1)
Module({ controllers: [HookController] })(AppModule)

// rawBody keeps the bytes beside the parsed body: the signature covers them.
const app = await NestFactory.create(AppModule, { rawBody: true, logger: ['error'] })
await app.listen(Number(PORT), '127.0.0.1')
console.log(`receiver ready on ${await app.getUrl()}/hook`)
