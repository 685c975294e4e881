// Whatever a service has and whatever a file says: after `apply` the service is what the file says.

import type { Arbitrary } from 'fast-check'
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  option,
  record,
  tuple,
  uniqueArray,
} from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiClient } from '../../src/cli/client/api-client.ts'
import { loadApp, loadApps } from '../../src/cli/apply/current.ts'
import { inOrder } from '../../src/cli/apply/plan.ts'
import type { AppPlan } from '../../src/cli/apply/plan.ts'
import { planApp } from '../../src/cli/apply/plan.ts'
import type { AppEntry, WebhookEntry } from '../../src/cli/apply/schema.ts'
import { applyPlan } from '../../src/cli/apply/steps.ts'
import type { NewWebhook } from '../../src/http/contract/contract.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await openService()
})
afterAll(async () => service.close())

const url = 'http://127.0.0.1:8080/hook'
const asked = ['Live.CallbackBeforeSendGift', 'Group.CallbackBeforeSendMsg', 'Shop.CallbackBeforeOrder']

type Settings = Omit<WebhookEntry, 'name' | 'url' | 'commands' | 'tls' | 'tokenFrom'>

const settings: Arbitrary<Settings> = record<Settings, never>(
  {
    spelling: constantFrom('webhook' as const, 'callback' as const),
    enabled: boolean(),
    paused: boolean(),
    timeoutMs: integer({ min: 100, max: 30_000 }),
    ratePerSecond: option(integer({ min: 0, max: 100 })),
    retry: constantFrom<NonNullable<Settings['retry']>>('none', [1, 2], [5]),
    headers: constantFrom({}, { 'x-team': 'live' }),
    failurePolicy: constantFrom<NonNullable<Settings['failurePolicy']>>({}, { '*': { timeout: 'deny' } }),
    trial: constantFrom<NonNullable<Settings['trial']> | null>(null, { kind: 'shadow', url }),
  },
  { requiredKeys: [] },
)

/** Webhooks by name, and for each before command which of them decides it (3: none). */
const apps: Arbitrary<Omit<AppEntry, 'name'>> = tuple(
  uniqueArray(constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  array(settings, { minLength: 3, maxLength: 3 }),
  array(integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }),
  option(array(constantFrom('robot', 'root'), { maxLength: 2 }), { nil: undefined }),
  constantFrom(true, false),
).map(([names, each, deciders, adminIdentifiers, hasTrigger]) => ({
  ...(adminIdentifiers === undefined ? {} : { adminIdentifiers }),
  commands: [
    { command: 'Shop.CallbackBeforeOrder', phase: 'before' as const, ...(hasTrigger ? { trigger: 'An order.' } : {}) },
  ],
  webhooks: names.map((name, at) => ({
    ...each[at],
    name,
    url,
    commands: ['Room.*', ...asked.filter((_, index) => deciders[index] === at)],
  })),
}))

async function planOf(entry: AppEntry): Promise<AppPlan> {
  const client = createApiClient({ url: service.url, key: adminKey })
  const app = (await loadApps(client)).find(({ name }) => name === entry.name)
  const current = app === undefined ? undefined : await loadApp(client, app)
  const webhooks = (entry.webhooks ?? []).map(({ tokenFrom: _token, tls: _tls, ...each }) => {
    const wanted: NewWebhook & { readonly name: string } = each
    return { settings: wanted, token: undefined }
  })
  return planApp({ entry, webhooks, current }, { prune: true })
}

describe('apply', () => {
  test('makes any service what any file says, and then has nothing to do', async () => {
    const client = createApiClient({ url: service.url, key: adminKey })
    let number = 0
    await assert(
      asyncProperty(apps, apps, apps, async (...files) => {
        number += 1
        for (const file of files) {
          const entry = { name: `App ${number}`, ...file }
          await applyPlan(client, await planOf(entry), () => undefined)
          expect(await planOf(entry)).toMatchObject({ steps: [], releases: [], kept: [] })
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('the order of steps', () => {
  const step = (webhookId: string, commands: string[]) =>
    ({
      kind: 'webhook',
      action: 'change',
      app: 'x',
      name: webhookId,
      webhookId,
      changes: [],
      body: { commands },
    }) as const
  const current = async (webhooks: Readonly<Record<string, string[]>>) => {
    const { sdkAppId } = await service.createApp()
    const made = []
    for (const [name, commands] of Object.entries(webhooks)) {
      made.push(await service.createWebhook(sdkAppId, { name, url, commands }))
    }
    return made.map((webhook) => ({ ...webhook, webhookId: webhook.name }))
  }
  const [gift = '', message = ''] = asked

  test('lets anyone who has a command let go before another one gets it', async () => {
    const now = await current({ one: ['Room.*'], two: ['Live.*', gift] })
    const { steps, releases } = inOrder([step('one', ['Room.*', gift]), step('two', ['Live.*'])], now)
    expect(steps.map(({ webhookId }) => webhookId)).toEqual(['two', 'one'])
    expect(releases).toEqual([])
  })

  test('lets one of two that wait for each other let go first', async () => {
    const now = await current({ one: ['Room.*', gift], two: ['Live.*', message] })
    const { steps, releases } = inOrder([step('one', ['Room.*', message]), step('two', ['Live.*', gift])], now)
    expect(steps.map(({ webhookId }) => webhookId)).toEqual(['one', 'two'])
    expect(releases).toEqual([{ webhookId: 'two', commands: ['Live.*'] }])
  })

  test('lets no one let go of everything: a webhook has one command at least', async () => {
    const now = await current({ one: [gift], two: [message] })
    expect(inOrder([step('one', [message]), step('two', [gift])], now).releases).toEqual([])
  })

  test('leaves the order of the file if nothing is in the way', () => {
    const { steps } = inOrder([step('one', ['Room.*']), step('two', ['Live.*'])], [])
    expect(steps.map(({ webhookId }) => webhookId)).toEqual(['one', 'two'])
  })
})
