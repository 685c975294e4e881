// Every row about checking, by its id, through the check alone, through the check that needs no promise, and through a receiver.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CheckedRequest } from '../src/index.ts'
import { checkRequest, createReceiver } from '../src/index.ts'
import { checkRequestNow } from '../src/adapters/node.ts'
import { request } from '../src/testing/testing.ts'
import { watched } from './support/receivers.ts'
import { checkRow } from './support/signature-rows.ts'
import type { SignatureRow } from './support/signature-rows.ts'

const rows = JSON.parse(readFileSync(join(import.meta.dirname, 'cases/signature.json'), 'utf8')) as SignatureRow[]
const verifyRows = rows.filter(({ kind }) => kind === 'verify')

describe('signature cases', () => {
  test('there are as many rows as the list has', () => expect(verifyRows).toHaveLength(56))

  test.each(verifyRows.map((row) => [row.id, row.title, row] as const))('%s %s', async (_id, _title, row) => {
    expect(await checkRow(row, { checkRequest, createReceiver })).toBe('as expected')
    const { tokens, now_ms: now, query, headers = {}, body = '{}' } = row.input
    const checked: CheckedRequest = checkRequestNow(
      { method: 'POST', query, headers, body: new TextEncoder().encode(body) },
      { sdkAppId: 1_400_000_000, tokens, now: () => now, unsigned: 'accept' },
    )
    const { result, reason, matched_token_index: index } = row.expected
    expect(checked).toMatchObject(
      result === 'reject'
        ? { kind: 'refused', reason }
        : { kind: 'verified', tokenIndex: tokens.length === 0 ? undefined : (index ?? 0) },
    )
  })

  test('SIG-120 a thousand events of one second carry the same Sign and are all handled', async () => {
    const { receiver } = watched()
    let handled = 0
    receiver.after('Live.CallbackAfterCreateRoom', () => void (handled += 1))
    const at = Date.now()
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async () => receiver.fetch(await request('Live.CallbackAfterCreateRoom', { at }))),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(handled).toBe(1000)
  })

  test('SIG-121 without webhook-id nothing is a repetition unless the body names its event, or the app says that equal bodies are', async () => {
    const handledTwice = async (
      withoutId: 'natural_key' | 'body' | 'off',
      command: 'Live.CallbackBeforeSendGift' | 'Group.CallbackBeforeSendMsg',
    ) => {
      const { receiver } = watched({ once: { withoutId } })
      let handled = 0
      receiver.fallback(() => void (handled += 1))
      for (let sent = 0; sent < 2; sent += 1) await receiver.fetch(await request(command, { id: null }))
      return handled === 2
    }
    expect(await handledTwice('natural_key', 'Group.CallbackBeforeSendMsg')).toBe(false)
    expect(await handledTwice('off', 'Group.CallbackBeforeSendMsg')).toBe(true)
    // Nothing in this body says which of two equal gifts it is.
    expect(await handledTwice('natural_key', 'Live.CallbackBeforeSendGift')).toBe(true)
    expect(await handledTwice('body', 'Live.CallbackBeforeSendGift')).toBe(false)
  })

  test('SIG-123 the same event twice inside the window is handled once and answered twice alike', async () => {
    const { receiver, events } = watched()
    let handled = 0
    receiver.after('Live.CallbackAfterCreateRoom', () => void (handled += 1))
    const at = Date.now() - 30_000
    const [first, second] = [
      await receiver.fetch(await request('Live.CallbackAfterCreateRoom', { at, id: 'e1' })),
      await receiver.fetch(await request('Live.CallbackAfterCreateRoom', { at: at + 30_000, id: 'e1', attempt: 2 })),
    ]
    expect(handled).toBe(1)
    expect(await second.text()).toBe(await first.text())
    expect(events.map((event) => event.kind === 'answered' && event.decision)).toEqual(['acknowledged', 'repeated'])
  })
})
