// livehook sign: Sign and RequestTime for a token, and the whole URL of a signed request.

import {
  checkRegisteredUrl,
  isCommandWord,
  isOptPlatform,
  joinUrl,
  makeSign,
  optPlatforms,
} from '@livehook/protocol/node'
import { findCommand } from '@livehook/protocol/catalogue'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import type { SignOptions } from '../input/options.ts'
import { readToken } from '../input/token.ts'
import { readSdkAppId, readUnixSeconds } from '../input/whole-number.ts'

export async function sign(options: SignOptions, io: CliIo): Promise<void> {
  const token = await readToken(options.tokenFile, io)
  if (token === undefined) {
    throw new CliError('usage', 'Which token? Give --token-file <file>, --token-file - or LIVEHOOK_TOKEN.')
  }
  const requestTime = options.at === undefined ? String(Math.floor(Date.now() / 1000)) : readUnixSeconds(options.at)
  const signed = { sign: makeSign(token, requestTime), requestTime }
  const url = options.url === undefined ? undefined : signedUrl(options.url, signed, options)
  if (options.json === true) {
    line(io.stdout, JSON.stringify({ ...signed, ...(url === undefined ? {} : { url }) }))
    return
  }
  line(io.stdout, `Sign         ${signed.sign}`)
  line(io.stdout, `RequestTime  ${signed.requestTime}`)
  if (url !== undefined) line(io.stdout, `URL          ${url}`)
}

interface Signed {
  readonly sign: string
  readonly requestTime: string
}

function signedUrl(url: string, signed: Signed, options: SignOptions): string {
  const check = checkRegisteredUrl(url)
  if (check.kind === 'ok') return requestUrl(url, signed, options)
  switch (check.reason) {
    case 'reserved_query':
      return signAgain(url, signed)
    case 'fragment':
      throw new CliError('usage', '--url must not have a "#": what follows it never reaches a server.')
    case 'invalid_url':
      throw new CliError('usage', '--url takes a whole URL, such as https://app.example/hook.')
    default:
      return check satisfies never
  }
}

/** A registered URL gets all parameters, as in a request of the service. */
function requestUrl(url: string, signed: Signed, options: SignOptions): string {
  const { platform = 'RESTAPI', clientIp = '127.0.0.1' } = options
  const command: string = options.command ?? 'Live.CallbackAfterCreateRoom'
  if (!isCommandWord(command)) {
    throw new CliError('usage', '--command takes a command word, such as Live.CallbackAfterCreateRoom.')
  }
  if (!isOptPlatform(platform)) throw new CliError('usage', `--platform must be one of ${optPlatforms.join(', ')}.`)
  const carries = findCommand(command)?.carries
  return joinUrl(url, {
    sdkAppId: readSdkAppId(options.sdkAppId),
    spelling: options.spelling ?? 'webhook',
    contentType: true,
    command,
    clientIp,
    optPlatform: platform,
    ...(carries === undefined ? {} : { carries }),
    ...signed,
  })
}

/** A URL that carries the parameters already, for example one from a log: only what is signed is replaced. */
function signAgain(url: string, { sign: value, requestTime }: Signed): string {
  const mark = url.indexOf('?')
  const kept = url
    .slice(mark + 1)
    .split('&')
    .filter((piece) => !/^(?:Sign|RequestTime)(?:=|$)/.test(piece))
  return `${url.slice(0, mark)}?${[...kept, `Sign=${value}`, `RequestTime=${requestTime}`].join('&')}`
}
