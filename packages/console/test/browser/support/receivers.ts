// The other side: receivers that answer in every way the tests need, and the names that lead to them.

import { TlsWorld } from '../../../../livehook/test/egress/tls-receiver.ts'
import { answerOk, openReceiver, type Answer } from '../../../../livehook/test/support/receiver.ts'
import { startDnsServer } from '../../../../livehook/src/cli/demo/dns-server.ts'
import type { Ending } from './console-under-test.ts'

/** Tries to be markup, to turn its line around, to hide, and to burst the page. */
export const hostileText = [
  '<script>document.title = "taken over"</script><img src=x onerror=alert(1)>',
  'right-to-left: \u202eevil\u202c, null: \u0000, escape: \u001b[31m, zero width: a\u200bb',
  'm'.repeat(60 * 1024),
].join('\n')

export interface Receivers {
  /** The DNS server that knows their names. */
  readonly dns: string
  /** What a webhook must be for a delivery to end as asked for. */
  webhookFor(ending: Ending): { readonly url: string; readonly retry: 'none' | number[] }
  /** The URL of a receiver that answers 200 with this text, or hangs if there is none. */
  urlSaying(text: string | undefined): string
  close(): Promise<void>
}

const answers: Readonly<Partial<Record<Ending, Answer>>> = {
  succeeded: answerOk,
  status_500: (_request, response) => response.writeHead(500, { 'content-type': 'text/plain' }).end('boom'),
  status_503: (_request, response) => response.writeHead(503, { 'content-type': 'text/plain' }).end('away'),
  html: (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
  large_answer: (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': 3_145_728 }).end('m'.repeat(3_145_728)),
  hostile_answer: (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(hostileText),
}

export async function openReceivers(): Promise<Receivers> {
  const dns = await startDnsServer({ 'receiver.test': ['127.0.0.1'], 'private.test': ['10.0.0.1'] })
  const selfSigned = await new TlsWorld().open('tls_untrusted')
  const expired = await new TlsWorld().open('tls_expired')
  // Taken and let go of: no one listens there.
  const closed = await openReceiver()
  await closed.close()
  // Each ending has a path of its own, so that what a webhook's URL says is what its receiver does.
  const receiver = await openReceiver((request, response, count) => {
    if (request.target.startsWith('/says')) {
      const said = new URL(request.target, 'http://receiver.test').searchParams.get('text')
      if (said !== null) response.writeHead(200, { 'content-type': 'application/json' }).end(said)
      return
    }
    const ending = Object.keys(answers).find((known) => request.target.startsWith(`/${known}`)) ?? 'succeeded'
    answers[ending as Ending]?.(request, response, count)
  })
  const urls: Readonly<Partial<Record<Ending, string>>> = {
    name_not_found: 'http://notexist.invalid/hook',
    private_name: 'http://private.test/hook',
    closed_port: `http://receiver.test:${closed.port}/hook`,
    certificate_expired: `https://receiver.test:${expired.port}/hook`,
    certificate_untrusted: `https://receiver.test:${selfSigned.port}/hook`,
  }
  return {
    dns: dns.address,
    webhookFor: (ending) => ({
      url: urls[ending] ?? `http://receiver.test:${receiver.port}/${ending}?tenant=1`,
      retry: ending === 'status_500' ? [1, 3600] : 'none',
    }),
    urlSaying: (text) =>
      `http://receiver.test:${receiver.port}/says${text === undefined ? '' : `?text=${encodeURIComponent(text)}`}`,
    close: async () => {
      await Promise.all([receiver.close(), selfSigned.close(), expired.close(), dns.close()])
    },
  }
}
