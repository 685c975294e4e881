// Decisions in the store.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Webhook } from '../../src/domain/webhook/webhook.ts'
import { formatId } from '../../src/domain/ids.ts'
import type { Store } from '../../src/store/port/port.ts'
import type { DecisionRecord } from '../../src/store/port/decisions.ts'
import { sampleWebhook, someTime } from './samples.ts'
import { places } from './places.ts'
import type { StorePlace } from './places.ts'

describe.each(places)('$title', ({ createPlace }) => {
  let place: StorePlace
  let store: Store
  let webhook: Webhook
  let salt: string
  let next: number

  beforeEach(async () => {
    place = await createPlace()
    store = await place.open()
    const { sdkAppId } = await store.createApp({ name: 'Live', createdAt: someTime })
    webhook = await store.createWebhook(sampleWebhook(sdkAppId, { commands: ['Live.CallbackBeforeSendGift'] }))
    const numbers = await store.reserveDecisions(1000)
    salt = numbers.salt
    next = numbers.first
  })

  afterEach(async () => {
    await store.close()
    await place.remove()
  })

  function decision(members: Partial<DecisionRecord> = {}): DecisionRecord {
    const decisionId = formatId('dec', salt, next)
    next += 1
    return {
      decisionId,
      sdkAppId: webhook.sdkAppId,
      webhookId: webhook.webhookId,
      command: 'Live.CallbackBeforeSendGift',
      verdict: 'allow',
      errorCode: 0,
      errorInfo: '',
      decidedBy: 'app',
      rule: null,
      failureClass: null,
      noVerdict: null,
      durationMs: 3.25,
      deadlineMs: 2000,
      createdAt: someTime,
      asked: 'url',
      attempt: { startedAt: someTime, durationMs: 3, symptom: 'none', detail: 'ok', status: 200 },
      shadowDiffers: null,
      evidence: { phase: 'done', phaseMs: { write: 0.5 }, status: 200 },
      replaced: [],
      replacedIsCut: false,
      shadow: null,
      matching: null,
      ...members,
    }
  }

  const denied = { verdict: 'deny', errorCode: 10_016, errorInfo: 'no', matching: { GroupId: 'g1' } } as const
  const byPolicy = {
    verdict: 'allow',
    decidedBy: 'policy',
    rule: 'policy:*:timeout',
    failureClass: 'timeout',
    attempt: { startedAt: someTime, durationMs: 1990, symptom: 'times_out', detail: 'response_timeout', status: null },
  } as const

  describe('decisions in the store', () => {
    it('gives out each number once, also after a restart', async () => {
      const again = await store.reserveDecisions(10)
      expect(again.first).toBe(next + 1000)
      await store.close()
      store = await place.open()
      expect((await store.reserveDecisions(1)).first).toBe(next + 1010)
    })

    it('gives back what was recorded, whole', async () => {
      const records = [
        decision(),
        decision(denied),
        decision(byPolicy),
        decision({ webhookId: null, attempt: null, evidence: null, decidedBy: 'policy', rule: 'not_subscribed' }),
        decision({
          replaced: [{ pointer: '/MsgBody/0/MsgContent/Text', from: '"hello"', to: '"***"' }],
          replacedIsCut: true,
          asked: 'trial',
          noVerdict: { reason: 'bad_member', member: 'MsgBody' },
          shadowDiffers: true,
          shadow: {
            verdict: 'drop',
            errorCode: 0,
            errorInfo: '',
            failureClass: null,
            attempt: { startedAt: someTime, durationMs: 1, symptom: 'none', detail: 'ok', status: 200 },
            differs: true,
          },
        }),
      ]
      await store.recordDecisions(records)
      for (const record of records) expect(await store.getDecision(record.decisionId)).toEqual(record)
      expect(await store.getDecision(formatId('dec', salt, next))).toBeUndefined()
      expect(await store.getDecision('dec_other')).toBeUndefined()
    })

    it('lists those of a span of time, from its beginning to before its end', async () => {
      const minutes = [0, 5, 10, 15]
      await store.recordDecisions(minutes.map((minute) => decision({ createdAt: someTime + minute * 60_000 })))
      const { items } = await store.listDecisions(
        { sdkAppId: webhook.sdkAppId, from: someTime + 300_000, to: someTime + 900_000 },
        { limit: 50 },
      )
      expect(items.map(({ createdAt }) => (createdAt - someTime) / 60_000)).toEqual([10, 5])
    })

    it('keeps a decision once, however often its batch comes', async () => {
      const record = decision()
      await store.recordDecisions([record])
      await store.recordDecisions([record, decision()])
      const { items } = await store.listDecisions({ sdkAppId: webhook.sdkAppId }, { limit: 50 })
      expect(items).toHaveLength(2)
    })

    it('lists newest first, by every filter, page after page', async () => {
      const all = Array.from({ length: 30 }, (_, index) =>
        decision(index % 3 === 0 ? denied : index % 3 === 1 ? byPolicy : {}),
      )
      await store.recordDecisions(all)
      const { sdkAppId, webhookId } = webhook
      const list = async (filter: object): Promise<readonly string[]> => {
        const ids: string[] = []
        let cursor: string | undefined
        do {
          const page = await store.listDecisions(
            { sdkAppId, ...filter },
            { limit: 4, ...(cursor === undefined ? {} : { cursor }) },
          )
          ids.push(...page.items.map(({ decisionId }) => decisionId))
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined)
        return ids
      }
      const wanted = (test: (record: DecisionRecord) => boolean): readonly string[] =>
        all
          .filter(test)
          .map(({ decisionId }) => decisionId)
          .toReversed()
      expect(await list({})).toEqual(wanted(() => true))
      expect(await list({ webhookId })).toEqual(wanted(() => true))
      expect(await list({ verdict: 'deny' })).toEqual(wanted(({ verdict }) => verdict === 'deny'))
      expect(await list({ verdict: 'allow' })).toEqual(wanted(({ verdict }) => verdict === 'allow'))
      expect(await list({ decidedBy: 'policy' })).toEqual(wanted(({ decidedBy }) => decidedBy === 'policy'))
      expect(await list({ decidedBy: 'app', verdict: 'deny' })).toEqual(wanted(({ verdict }) => verdict === 'deny'))
      expect(await list({ symptom: 'times_out' })).toEqual(wanted(({ decidedBy }) => decidedBy === 'policy'))
      expect(await list({ symptom: 'none' })).toEqual(wanted(({ attempt }) => attempt?.symptom === 'none'))
      expect(await list({ command: 'Live.CallbackBeforeSendGift' })).toEqual(wanted(() => true))
      expect(await list({ command: 'C2C.CallbackBeforeSendMsg' })).toEqual([])
      expect(await list({ command: 'Live.*' })).toEqual(wanted(() => true))
      expect(await list({ command: 'C2C.*' })).toEqual([])
      await expect(store.listDecisions({ sdkAppId }, { limit: 4, cursor: 'made-up' })).rejects.toMatchObject({
        code: 'invalid_cursor',
      })
    })
  })

  describe('retention', () => {
    it('removes old decisions with their evidence, oldest first, and keeps the young ones whole', async () => {
      const later = someTime + 86_400_000
      const old = Array.from({ length: 30 }, () => decision())
      const mixed = [decision(), decision({ createdAt: later }), decision({ createdAt: later })]
      await store.recordDecisions(old)
      await store.recordDecisions(mixed)
      while (await store.trimSummaries(later));
      const { items } = await store.listDecisions({ sdkAppId: webhook.sdkAppId }, { limit: 50 })
      expect(items.map(({ decisionId }) => decisionId)).toEqual(
        mixed
          .slice(1)
          .map(({ decisionId }) => decisionId)
          .toReversed(),
      )
      // The block that a removed one shares with them is there still.
      expect((await store.getDecision(mixed[2]?.decisionId ?? ''))?.evidence).toMatchObject({ status: 200 })
    })
  })
})
