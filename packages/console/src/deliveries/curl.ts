// A delivery's request as a command line for a person's own terminal. Pure. Nothing secret is in it: Sign is made where the
// command runs, from a token in the environment there; values of the webhook's own headers are left open.

import type { DeliveryDetail, Webhook } from 'livehook/contract'

/** What of the webhook the request follows from. */
export type CurlWebhook = Pick<Webhook, 'url' | 'spelling' | 'contentType' | 'tokenSet' | 'headers'>

/**
 * The request of a delivery, as one more attempt would send it.
 * @returns `undefined` where the body is no longer kept
 */
export function curlOf({ event, eventId }: DeliveryDetail, webhook: CurlWebhook): string | undefined {
  if (event.body === null) return undefined
  const isSigned = webhook.tokenSet
  const url = quote(withParameters(webhook, event)) + (isSigned ? '"&Sign=$Sign&RequestTime=$RequestTime"' : '')
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
  return isSigned ? `${makeSign}\n${curl}` : curl
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
