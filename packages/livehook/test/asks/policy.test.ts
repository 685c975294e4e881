// Class of failure × failure policy: by the rules alone, and with failures that really happen (I7).

import { createServer } from 'node:http'
import { findCommand } from '@livehook/protocol/catalogue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeServer, listen } from '../../src/cli/service/loopback.ts'
import type { FailureClass, FailurePolicy, PolicyChoice } from '../../src/domain/ask/failure-policy.ts'
import { applyFailurePolicy, failureClasses, failureClassOf } from '../../src/domain/ask/failure-policy.ts'
import { isNamedDetail, symptomOfDetail } from '../../src/domain/diagnosis/details.ts'
import type { AskedApp, AskWorld } from './ask-world.ts'
import { hang, openAskWorld } from './ask-world.ts'

const gift = 'Live.CallbackBeforeSendGift'
const message = 'Group.CallbackBeforeSendMsg'
const notBlock = 'Live.CallbackBeforeCallBackNotBlock'
const defaults = { [gift]: 'deny', [message]: 'allow' } as const

function decide(word: keyof typeof defaults, failureClass: FailureClass, policy: FailurePolicy, more: string[] = []) {
  return applyFailurePolicy({ policy, command: findCommand(word)!, failureClass, subscribed: [word, ...more] })
}

describe.each([gift, message] as const)('the failure policy of %s', (word) => {
  describe.each(failureClasses)('for %s', (failureClass) => {
    const other = failureClass === 'tls' ? 'timeout' : 'tls'
    const byDefault = { verdict: defaults[word], rule: 'default' }

    it.each<{ policy: FailurePolicy; expected: object }>([
      { policy: {}, expected: byDefault },
      { policy: { [word]: {} }, expected: byDefault },
      { policy: { 'C2C.CallbackBeforeSendMsg': { '*': 'deny' } }, expected: byDefault },
      { policy: { '*': { [other]: 'allow' } }, expected: byDefault },
      ...(['allow', 'deny'] as const satisfies PolicyChoice[]).flatMap((choice) => {
        const against = choice === 'allow' ? 'deny' : 'allow'
        return [
          { policy: { '*': { '*': choice } }, expected: { verdict: choice, rule: 'policy:*:*' } },
          {
            policy: { '*': { [failureClass]: choice, '*': against } },
            expected: { verdict: choice, rule: `policy:*:${failureClass}` },
          },
          {
            policy: { [word]: { '*': choice }, '*': { [failureClass]: against } },
            expected: { verdict: choice, rule: `policy:${word}:*` },
          },
          {
            policy: { [word]: { [failureClass]: choice, '*': against }, '*': { '*': against } },
            expected: { verdict: choice, rule: `policy:${word}:${failureClass}` },
          },
          { policy: { [word]: { [failureClass]: 'default' }, '*': { '*': choice } }, expected: byDefault },
        ] as const
      }),
    ])('$policy', ({ policy, expected }) => {
      expect(decide(word, failureClass, policy)).toEqual(expected)
    })
  })
})

describe('the switch that lets gifts pass', () => {
  it.each(failureClasses)('turns the default around for %s, and nothing that the policy says', (failureClass) => {
    expect(decide(gift, failureClass, {}, [notBlock])).toEqual({ verdict: 'allow', rule: `switch:${notBlock}` })
    expect(decide(gift, failureClass, { '*': { '*': 'deny' } }, [notBlock])).toMatchObject({ verdict: 'deny' })
    expect(decide(message, failureClass, {}, [notBlock])).toEqual({ verdict: 'allow', rule: 'default' })
  })
})

describe('the class of a failure', () => {
  it('is known for every detail', () => {
    const classes = Object.entries(symptomOfDetail).map(([detail, symptom]) => {
      if (!isNamedDetail(detail)) throw new Error(detail)
      return [detail, failureClassOf({ symptom, detail })]
    })
    expect(Object.fromEntries(classes)).toMatchObject({
      dns_not_found: 'unreachable',
      dns_timeout: 'timeout',
      address_not_public: 'unreachable',
      connect_timeout: 'timeout',
      response_timeout: 'timeout',
      connection_refused: 'unreachable',
      reset_before_response: 'unreachable',
      tls_not_tls: 'tls',
      tls_expired: 'tls',
      tls_client_cert: 'tls',
      malformed_http: 'bad_status',
      html: 'no_verdict',
      no_error_code: 'no_verdict',
      ok: 'no_verdict',
      overloaded: 'ours',
      shutting_down: 'ours',
    })
    expect(failureClassOf({ symptom: 'http_code_not_200', detail: 'status_503' })).toBe('bad_status')
  })
})

describe('a failure that really happens', () => {
  let world: AskWorld
  let closedPort: number

  beforeAll(async () => {
    world = await openAskWorld()
    world.script('hang', hang)
    world.script('500', (response) => void response.writeHead(500).end('{}'))
    world.script('nothing', '')
    const server = createServer()
    closedPort = await listen(server)
    await closeServer(server)
  })

  afterAll(() => world.close())

  const urlOf = (failureClass: FailureClass): string => {
    if (failureClass === 'unreachable' || failureClass === 'breaker_open') return `http://127.0.0.1:${closedPort}/hook`
    return failureClass === 'tls' ? world.receiver.url.replace('http:', 'https:') : world.receiver.url
  }
  const caseOf: Partial<Record<FailureClass, string>> = { timeout: 'hang', bad_status: '500', no_verdict: 'nothing' }

  it.each(
    failureClasses.flatMap((failureClass) =>
      ([gift, message] as const).flatMap((word) =>
        (['allow', 'deny', 'default'] as const).map((choice) => ({ failureClass, word, choice })),
      ),
    ),
  )('$failureClass of $word with the policy $choice', async ({ failureClass, word, choice }) => {
    const against = choice === 'allow' ? 'deny' : 'allow'
    const app: AskedApp = await world.openApp({
      commands: [word],
      url: urlOf(failureClass),
      askDeadlineMs: failureClass === 'timeout' ? 100 : 5000,
      paused: failureClass === 'ours',
      failurePolicy: { [word]: { [failureClass]: choice, '*': against } },
    })
    const failures = failureClass === 'breaker_open' ? 10 : 0
    for (let count = 0; count < failures; count += 1) await app.ask(word)
    const { [failureClass]: name } = caseOf
    const verdict = choice === 'default' ? defaults[word] : choice
    expect(await app.ask(word, name === undefined ? {} : { case: name })).toMatchObject({
      verdict,
      errorCode: verdict === 'deny' ? 80_003 : 0,
      errorInfo: '',
      decidedBy: 'policy',
      failureClass,
      rule: choice === 'default' ? 'default' : `policy:${word}:${failureClass}`,
    })
    const isSent = failureClass !== 'ours' && failureClass !== 'breaker_open'
    const { body } = await world.call('GET', `/v1/apps/${app.sdkAppId}/asks`)
    const counts = body['counts'] as { failureClass: string; count: number }[]
    expect(counts.find((each) => each.failureClass === failureClass)).toMatchObject({ command: word, count: 1 })
    expect(isSent).toBe(counts.every((each) => each.failureClass !== 'breaker_open' && each.failureClass !== 'ours'))
  })
})
