// livehook send <command> --body <file>: exactly these bytes, through the service, or signed and sent directly.

import { readReply } from '@livehook/protocol/node'
import { randomBytes } from 'node:crypto'
import type { EventAccepted } from '../../http/contract/contract.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import { isStdin, readBody } from '../input/body-source.ts'
import { makeDirectRequest, sendDirectRequest } from './direct-request.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import type { SendOptions } from '../input/options.ts'
import { postEvent, showAccepted } from './post-event.ts'
import { readToken } from '../input/token.ts'
import { readSdkAppId } from '../input/whole-number.ts'

export async function send(command: string, options: SendOptions, io: CliIo): Promise<void> {
  if (isStdin(options.body) && options.tokenFile === '-') {
    throw new CliError('usage', 'Standard input can give the body or the token, not both.')
  }
  const body = await readBody(options.body, io)
  if (options.direct !== undefined) {
    await sendDirectly(command, { options, url: options.direct, body, io })
    return
  }
  const client = clientFromEnvironment(io)
  const sdkAppId = await chooseApp(client, options.app)
  const accepted = await postEvent<EventAccepted>(client, 'events', { command, sdkAppId, body, options })
  showAccepted(accepted, { io, json: options.json === true })
}

interface DirectSend {
  readonly options: SendOptions
  readonly url: string
  readonly body: Uint8Array
  readonly io: CliIo
}

async function sendDirectly(command: string, { options, url, body, io }: DirectSend): Promise<void> {
  const request = makeDirectRequest({
    url,
    command,
    body,
    sdkAppId: readSdkAppId(options.sdkAppId),
    id: `evt_${randomBytes(8).toString('hex')}`,
    attempt: 1,
    token: await readToken(options.tokenFile, io),
    at: Date.now(),
    clientIp: options.clientIp,
    platform: options.platform,
    version: io.version,
  })
  const reply = await sendDirectRequest(request, io.stop)
  const { status, durationMs } = reply
  const text = new TextDecoder().decode(reply.body)
  if (options.json === true) line(io.stdout, JSON.stringify({ status, durationMs, body: text }))
  else line(io.stdout, `${status} in ${durationMs} ms\n${text}`)
  if (status !== 200) throw new CliError('invalidReply', 'A platform counts every status but 200 as a failure.')
  if (readReply(reply.body).kind === 'unreadable') {
    throw new CliError('invalidReply', 'The answer is not JSON, so a platform would count it as a failure.')
  }
}
