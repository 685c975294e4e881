// A delivery's request as a command line for a person's own terminal. Pure. Nothing secret is in it unless a Sign is handed in:
// else Sign is made where the command runs, from a token in the environment there; values of the webhook's own headers are
// left open.

import type { DeliveryDetail, Webhook } from 'livehook/contract'

/** What of the webhook the request follows from. */
export type CurlWebhook = Pick<Webhook, 'url' | 'spelling' | 'contentType' | 'tokenSet' | 'headers'>

/** Good for a minute, for any request of the webhook. */
export interface MadeSign {
  readonly sign: string
  readonly requestTime: string
}

/** The Sign of a request that the service made; nothing where it carries none. */
export function signOf(url: string): MadeSign | undefined {
  const { searchParams } = new URL(url)
  const sign = searchParams.get('Sign')
  const requestTime = searchParams.get('RequestTime')
  return sign === null || requestTime === null ? undefined : { sign, requestTime }
}

/**
 * The request of a delivery, as one more attempt would send it.
 * @param signed a Sign that was made already
 * @returns `undefined` if the body is no longer kept
 */
export function curlOf(
  { event, eventId }: DeliveryDetail,
  webhook: CurlWebhook,
  signed?: MadeSign,
): string | undefined {
  if (event.body === null) return undefined
  const plain = withParameters(webhook, event)
  const makesSign = webhook.tokenSet && signed === undefined
  const url =
    signed === undefined
      ? quote(plain) + (makesSign ? '"&Sign=$Sign&RequestTime=$RequestTime"' : '')
      : quote(`${plain}&Sign=${signed.sign}&RequestTime=${signed.requestTime}`)
  const headers = [
    ['content-type', 'application/json'],
    ['webhook-id', eventId],
    ...Object.keys(webhook.headers).map((name) => [name, '…'] as const),
  ]
  const curl = [
    `curl -sS -D- ${url}`,
    ...headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    `--data-raw ${quote(event.body)}`,
  ].join(' \\\n  ')
  return makesSign ? `${makeSign}\n${curl}` : curl
}

/** wire.md: Sign is the hash of token and time, in lower-case hex; the time is in seconds. */
const makeSign = [
  'RequestTime=$(date +%s)',
  `Sign=$(printf %s "$LIVEHOOK_TOKEN$RequestTime" | openssl dgst -sha256 -r | cut -d' ' -f1)`,
].join('\n')

/** The registered URL stays as it is, ours is appended, in the order of the wire. */
function withParameters(webhook: CurlWebhook, event: DeliveryDetail['event']): string {
  const [appName, commandName] =
    webhook.spelling === 'callback' ? ['SdkAppid', 'CallbackCommand'] : ['SdkAppId', 'WebhookCommand']
  const parameters = [
    [appName, String(event.sdkAppId)],
    [commandName, event.command],
    ...(webhook.contentType ? [['contenttype', 'json']] : []),
    ['ClientIP', event.clientIp],
    ['OptPlatform', event.optPlatform],
  ].map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`)
  const { url } = webhook
  const joint = !url.includes('?') ? '?' : /[?&]$/.test(url) ? '' : '&'
  return `${url}${joint}${parameters.join('&')}`
}

/** One word of a POSIX shell, whatever stands in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
