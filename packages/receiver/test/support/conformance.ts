// What every adapter must do, over a real socket, whatever framework is in between.

import { request as send } from 'node:http'
import type { LeanReceiver } from '../../src/index.ts'
import { deny, drop } from '../../src/index.ts'
import { readAnswer, request, tamper } from '../../src/testing/testing.ts'

/** A server that was started for one receiver; `/hook` is its route. */
export interface Running {
  readonly url: string
  stop(): Promise<void> | void
}

/** Gives a receiver the handlers that the checks below expect. */
export function conformant<R extends LeanReceiver>(receiver: R): R {
  let handled = 0
  receiver
    .before('Group.CallbackBeforeSendMsg', (event) => {
      if (event.body.GroupId === 'throws') throw new Error('secret path')
      if (event.body.GroupId === 'hangs') return new Promise<undefined>(() => undefined)
      return event.verified === 'body' ? deny(10_101, `no ads for ${event.clientIp}`) : drop()
    })
    .before('Live.CallbackBeforeSendGift', () => {
      handled += 1
      return deny(102_100, String(handled))
    })
  return receiver
}

export interface Check {
  readonly title: string
  /** @returns what was seen, compared with `expected` */
  readonly run: (hook: string) => Promise<unknown>
  readonly expected: unknown
}

const message = 'Group.CallbackBeforeSendMsg'
const gift = 'Live.CallbackBeforeSendGift'
const url = (hook: string) => ({ url: hook })
const status = async (made: Request | Promise<Request>): Promise<number> => {
  const response = await fetch(await made)
  await response.arrayBuffer()
  return response.status
}

/** What a stolen address allows: a valid `Sign`, a `webhook-id` that was guessed, and no signature over the body. */
async function forged(id: string, options: Parameters<typeof request>[1]): Promise<Request> {
  const made = await request(message, { ...options, id })
  made.headers.delete('webhook-signature')
  return made
}

/** Sends `webhook-signature` on several header lines, which `fetch` would join into one. */
async function statusWithSignatures(made: Request, signatures: string[]): Promise<number | undefined> {
  const body = Buffer.from(await made.arrayBuffer())
  const headers = {
    ...Object.fromEntries(made.headers),
    'content-length': body.length,
    'webhook-signature': signatures,
  }
  return new Promise((resolve, reject) => {
    const sent = send(made.url, { method: 'POST', headers, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

/** Checks that hold also behind a middleware that parses bodies, because nothing needs the bytes. */
export const checksOfParsedBodies: readonly Check[] = [
  {
    title: 'a request without a body signature reaches its handler',
    run: async (hook) => readAnswer(await fetch(await request(message, { ...url(hook), id: null }))),
    expected: { status: 200, decision: 'drop', errorCode: 2, errorInfo: '' },
  },
  {
    title: 'a wrong token is answered with 401',
    run: (hook) => status(tamper.wrongToken(message, { ...url(hook), id: null })),
    expected: 401,
  },
  {
    title: 'a body of another command is answered with 401',
    run: (hook) => status(tamper.otherCommand(message, { ...url(hook), id: null })),
    expected: 401,
  },
]

/** Checks that need the bytes of the body. */
export const checks: readonly Check[] = [
  ...checksOfParsedBodies,
  {
    title: 'a signed event is decided by its handler, with the text as it was written',
    run: async (hook) => readAnswer(await fetch(await request(message, { ...url(hook), clientIp: '2001:db8::1' }))),
    expected: { status: 200, decision: 'deny', errorCode: 10_101, errorInfo: 'no ads for 2001:db8::1' },
  },
  {
    title: 'the answer is JSON',
    run: async (hook) => (await fetch(await request(message, url(hook)))).headers.get('content-type')?.split(';')[0],
    expected: 'application/json',
  },
  {
    title: 'a query of the app’s own stays out of the way',
    run: (hook) => status(request(message, { url: `${hook}?shard=3&x=a%20b`, spelling: 'callback' })),
    expected: 200,
  },
  {
    title: 'a body that was changed on the way is answered with 401',
    run: (hook) => status(tamper.changedBody(message, url(hook))),
    expected: 401,
  },
  {
    title: 'late, early and foreign requests are answered with 401',
    run: async (hook) => [
      await status(tamper.late(message, url(hook))),
      await status(tamper.future(message, url(hook))),
      await status(tamper.foreignApp(message, url(hook))),
    ],
    expected: [401, 401, 401],
  },
  {
    title: 'a handler that throws is answered with 500 and says nothing of itself',
    run: async (hook) => {
      const response = await fetch(await request(message, { ...url(hook), set: { GroupId: 'throws' } }))
      return [response.status, (await response.text()).includes('secret')]
    },
    expected: [500, false],
  },
  {
    title: 'a handler that never settles is answered with 503',
    run: (hook) => status(request(message, { ...url(hook), set: { GroupId: 'hangs' } })),
    expected: 503,
  },
  {
    title: 'the second attempt gets the reply of the first',
    run: async (hook) => {
      const [first, second] = await tamper.twice(gift, { ...url(hook), at: Date.now() - 30_000 })
      const packets = [await (await fetch(first)).text(), await (await fetch(second)).text()]
      return packets[0] === packets[1] && packets[0]?.includes('102100')
    },
    expected: true,
  },
  {
    title: 'a forged request with a guessed webhook-id does not take the place of the genuine event',
    run: async (hook) => {
      const decisions: string[] = []
      // The forger knows the address and the id; with the last one it even knows the body.
      for (const set of [{ MsgBody: [] }, { GroupId: 'another' }, {}]) {
        const id = `evt_${crypto.randomUUID()}`
        decisions.push((await readAnswer(await fetch(await forged(id, { ...url(hook), set })))).decision)
        decisions.push((await readAnswer(await fetch(await request(message, { ...url(hook), id })))).decision)
      }
      return decisions
    },
    expected: ['drop', 'deny', 'drop', 'deny', 'drop', 'deny'],
  },
  {
    title:
      'without a body signature the same id with another body is another event, and the same bytes are a repetition',
    run: async (hook) => {
      const id = `evt_${crypto.randomUUID()}`
      const texts: string[] = []
      for (const count of [1, 2, 1]) {
        const made = await request(gift, { ...url(hook), id, set: { 'GiftWater.Count': count } })
        made.headers.delete('webhook-signature')
        texts.push(await (await fetch(made)).text())
      }
      return [texts[0] !== texts[1], texts[0] === texts[2]]
    },
    expected: [true, true],
  },
  {
    title: 'one webhook-signature may list several signatures, one of which is right; the header may not stand twice',
    run: async (hook) => {
      const other = `v1,${'A'.repeat(43)}=`
      const made = async (): Promise<Request> => request(message, url(hook))
      const statusOf = async (listOf: (right: string) => string[]) => {
        const one = await made()
        return statusWithSignatures(one, listOf(one.headers.get('webhook-signature') ?? ''))
      }
      return [
        await statusOf((right) => [`${other} ${right}`]),
        await statusOf((right) => [`${right} ${other}`]),
        await statusOf((right) => [other, right]),
        await statusOf((right) => [right, other]),
        await statusOf((right) => [right, right]),
      ]
    },
    expected: [200, 200, 401, 401, 401],
  },
  {
    title: 'bytes that are no UTF-8 reach the check as they are',
    run: async (hook) => {
      const made = await request(message, { ...url(hook), id: null })
      return status(new Request(made, { method: 'POST', body: new Uint8Array([0x7b, 0xff, 0x7d]) }))
    },
    expected: 400,
  },
]

/** Checks of what a server between may answer in its own way as well. */
export const checksOfLimits: readonly Check[] = [
  {
    title: 'a GET is answered with 405',
    run: (hook) => status(new Request(hook)),
    expected: 405,
  },
  {
    title: 'a body over the limit is answered with 413',
    run: async (hook) => {
      const made = await request(message, { ...url(hook), id: null })
      return status(new Request(made, { method: 'POST', body: `{"a":"${'x'.repeat(1_048_577)}"}` }))
    },
    expected: 413,
  },
]
