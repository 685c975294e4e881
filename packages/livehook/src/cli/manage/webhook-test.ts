// livehook webhooks test <id>: the service asks the webhook step by step.

import { clientFromEnvironment } from '../client/which-service.ts'
import type { CliIo } from '../io.ts'
import { findWebhook } from './webhooks.ts'
import type { WebhookOptions } from './webhooks.ts'

/** @throws CliError as `livehook doctor` does */
export async function testWebhook(webhookId: string, options: WebhookOptions, io: CliIo): Promise<void> {
  const { sdkAppId } = await findWebhook(clientFromEnvironment(io), webhookId, options.app)
  const { doctor } = await import('../look/doctor.ts')
  const json = options.json === true ? { json: true as const } : {}
  await doctor(undefined, { webhook: webhookId, app: String(sdkAppId), ...json }, io)
}
