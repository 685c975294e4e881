// What the browser tests stand on, in words of the product alone, so that a scripted service and the real one can both
// stand behind it: apps, webhooks, and deliveries that end as asked for.

import type { App, Webhook } from 'livehook/contract'
import { openScriptedService } from './scripted-service.ts'

/** How a delivery is to end. */
export type Ending =
  /** The receiver answers 200 with JSON. */
  | 'succeeded'
  /** The webhook's name does not exist; no retry, so the delivery dies. */
  | 'name_not_found'
  /** The certificate has expired; dies. */
  | 'certificate_expired'
  /** The receiver answers 500; two attempts were made, a third is to come. */
  | 'status_500'
  /** The receiver answers 200 with text that tries to be markup, to turn the line around, and to burst the page; dies. */
  | 'hostile_answer'

export interface ConsoleUnderTest {
  /** Without a slash at the end. */
  readonly url: string
  /** A key that signs in. */
  readonly key: string
  /** A fresh address that signs in once. */
  signInUrl(): string
  createApp(name: string): Promise<App>
  createWebhook(sdkAppId: number, webhook: { name: string; commands: string[] }): Promise<Webhook>
  /**
   * Sends an event whose delivery ends as asked for.
   * @returns the delivery's id, once it has ended (or waits for its retry)
   */
  deliver(sdkAppId: number, ending: Ending, options?: { command?: string; body?: string }): Promise<string>
  /** Breaks every live stream off, and answers no new one until it is allowed again. */
  allowStreams(allowed: boolean): void
  /** Ends all sessions, as a restart of the service does. */
  endSessions(): void
  close(): Promise<void>
}

/** Starts a service with the built console, to be closed by whoever started it. */
export function startConsoleUnderTest(): Promise<ConsoleUnderTest> {
  return openScriptedService()
}
