// Does what a plan says, one step after the other. If a step fails the ones before it stand: `apply` again goes on from there.

import type { CreatedApp, Webhook } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { AppPlan, CommandStep, Step, WebhookStep } from './plan.ts'
import { titleOf } from './text.ts'
import { CliError } from '../io.ts'

/**
 * @param told is called with each step that is done
 * @throws CliError if the service refuses one
 */
export async function applyPlan(client: ApiClient, plan: AppPlan, told: (step: Step) => void): Promise<void> {
  let { sdkAppId } = plan
  for (const { webhookId, commands } of plan.releases) {
    await client.patch(`/v1/apps/${sdkAppId}/webhooks/${webhookId}`, { commands })
  }
  for (const step of plan.steps) {
    try {
      sdkAppId = await applyStep(client, sdkAppId, step)
    } catch (error) {
      throw error instanceof CliError ? new CliError(error.exit, `${titleOf(step)}: ${error.message}`) : error
    }
    told(step)
  }
}

/** @returns the number of the app, which the first step may have made */
async function applyStep(client: ApiClient, sdkAppId: number | undefined, step: Step): Promise<number | undefined> {
  const path = `/v1/apps/${sdkAppId}`
  switch (step.kind) {
    case 'app': {
      if (sdkAppId !== undefined) {
        await client.patch(path, step.body)
        return sdkAppId
      }
      const created = await client.post<CreatedApp>('/v1/apps', creatable(step.body))
      const quotas = quotasOf(step.body)
      if (Object.keys(quotas).length > 0) await client.patch(`/v1/apps/${created.sdkAppId}`, quotas)
      return created.sdkAppId
    }
    case 'command':
      await applyCommand(client, `${path}/commands`, step)
      return sdkAppId
    case 'webhook':
      await applyWebhook(client, `${path}/webhooks`, step)
      return sdkAppId
    default:
      return step satisfies never
  }
}

type AppBody = Extract<Step, { readonly kind: 'app' }>['body']

/** Quotas are set on an app that is there. */
function creatable({ eventsPerSecond: _events, asksPerSecond: _asks, ...body }: AppBody): object {
  return body
}

function quotasOf({ eventsPerSecond, asksPerSecond }: AppBody): object {
  return {
    ...(eventsPerSecond === undefined ? {} : { eventsPerSecond }),
    ...(asksPerSecond === undefined ? {} : { asksPerSecond }),
  }
}

async function applyCommand(client: ApiClient, path: string, { action, name, body }: CommandStep): Promise<void> {
  const own = `${path}/${encodeURIComponent(name)}`
  if (body === undefined) return client.delete(own)
  const { command: _command, ...definition } = body
  await (action === 'create' ? client.post(path, body) : client.put(own, definition))
}

async function applyWebhook(client: ApiClient, path: string, step: WebhookStep): Promise<void> {
  const { webhookId, body, token } = step
  if (step.action === 'delete') return client.delete(`${path}/${webhookId}`)
  if (webhookId === undefined) return createWebhook(client, path, step)
  if (token === null) await client.delete(`${path}/${webhookId}/token`)
  else if (token !== undefined) await client.put(`${path}/${webhookId}/token`, { token })
  if (Object.keys(body).length > 0) await client.patch(`${path}/${webhookId}`, body)
}

/** A new webhook with a token is off until it has it, so that nothing leaves unsigned. */
async function createWebhook(client: ApiClient, path: string, { body, token }: WebhookStep): Promise<void> {
  const isEnabled = body.enabled ?? true
  const isHeldBack = isEnabled && typeof token === 'string'
  const { webhookId } = await client.post<Webhook>(path, isHeldBack ? { ...body, enabled: false } : body)
  if (typeof token === 'string') await client.put(`${path}/${webhookId}/token`, { token })
  if (isHeldBack) await client.patch(`${path}/${webhookId}`, { enabled: true })
}
