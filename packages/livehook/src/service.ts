// The composition root: builds the parts, joins them, and starts and stops them in an order that can be read.

import { randomBytes } from 'node:crypto'
import type { Settings } from './config/settings.ts'
import { resealSecrets, sealWebhooks } from './store/sealed/sealed-store.ts'
import { createSealer } from './store/sealed/sealer.ts'
import { deriveSealingKey } from './store/sealed/sealing.ts'
import { createAppSecretKeys } from './engine/manage/app-secret-keys.ts'
import type { Ask, Decision } from './engine/ask/event.ts'
import { createAskIds } from './engine/ask/ids.ts'
import { createAsker } from './engine/ask/ask.ts'
import { createCustomCommands } from './engine/kept/custom-commands.ts'
import { createCustomCommandService } from './engine/manage/commands.ts'
import { createKeyedMutex } from './engine/kept/keyed-mutex.ts'
import { createAskTallies } from './engine/ask/tallies.ts'
import { createDecisionRecorder } from './engine/ask/recorder.ts'
import { createDeliverer } from './engine/deliver/deliver.ts'
import type { IncomingEvent } from './engine/intake/check-event.ts'
import type { Intake } from './engine/intake/intake.ts'
import { createIntake } from './engine/intake/intake.ts'
import { createAppRemoval } from './engine/manage/apps.ts'
import { createKnownApps } from './engine/kept/known-apps.ts'
import type { Log } from './observe/log.ts'
import { createIncidents } from './engine/manage/incidents.ts'
import { createRedelivery } from './engine/manage/redelivery.ts'
import { createRedeliveryJobs } from './engine/manage/redelivery-jobs.ts'
import { createRetention } from './engine/upkeep/retention.ts'
import { byService, createAuditTrail } from './engine/manage/audit-trail.ts'
import { createQuotas } from './engine/kept/quotas.ts'
import { createProber } from './engine/probe/probe.ts'
import { createSwitchOff } from './engine/upkeep/switch-off.ts'
import { createTokenRotation } from './engine/manage/token-rotation.ts'
import { createWebhookHealth } from './engine/kept/webhook-health.ts'
import { createWebhookRegistry } from './engine/kept/webhook-registry.ts'
import type { WebhookService } from './engine/manage/webhooks.ts'
import { createWebhookService } from './engine/manage/webhooks.ts'
import { createEgress } from './egress/egress.ts'
import { ownPublicAddresses } from './egress/dial/own-addresses.ts'
import { ownReceiverUrl } from './egress/own-receiver.ts'
import { parseEgressPolicy } from './domain/egress/policy.ts'
import { createKeys } from './http/gates/keys.ts'
import { createSessions } from './http/gates/sessions.ts'
import { createOwnReceiver } from './http/listener/own-receiver.ts'
import { openTlsFiles } from './http/listener/tls-files.ts'
import type { ServiceEvents } from './observe/events.ts'
import { createServiceEvents } from './observe/events.ts'
import { sha256 } from './sha256.ts'
import type { AcceptResult } from './store/port/flow.ts'
import type { OpenStore } from './store/open-store.ts'
import { openStore } from './store/open-store.ts'

export interface ServiceOptions {
  readonly settings: Settings
  readonly version: string
  /** Where the built console lies. */
  readonly consoleFolder: string
  /** Where the bundle of the API's page lies. */
  readonly docsFolder: string
  readonly log: Log
  /** Opens the store; the one that the settings name where left out. */
  readonly openStore?: OpenStore
  /** Epoch milliseconds; `Date.now` where left out. */
  readonly now?: () => number
  /** From 0 (inclusive) to 1 (exclusive); `Math.random` where left out. */
  readonly random?: () => number
}

export interface Service {
  /** Where it is reached, for example `http://127.0.0.1:8484`. */
  readonly url: string
  /** The admin key, where this start made one. It is stored as a hash: show it now or never. */
  readonly createdKey: string | undefined
  readonly events: ServiceEvents
  readonly intake: Intake
  readonly webhooks: WebhookService
  /**
   * Asks the app about a *before* event, without HTTP: what `POST …/asks` does. Answered by the deadline in every case (I7).
   * @throws ServiceError only where the question itself is wrong
   * @example
   * const { verdict, errorCode, errorInfo, replace } = await service.ask({
   *   sdkAppId: 1400000001, command: 'Live.CallbackBeforeSendGift', body, clientIp: '203.0.113.9', optPlatform: 'iOS',
   * })
   */
  ask(ask: Ask): Promise<Decision>
  /**
   * Keeps *after* events and delivers them, without HTTP: what `POST …/events` does. All of a batch or none; resolves once
   * they are committed and synced (I1).
   * @throws ServiceError naming what is wrong with which event; `store_unavailable` where the store cannot take them
   */
  accept(batch: readonly IncomingEvent[]): Promise<readonly AcceptResult[]>
  /** An address of the console that signs in once, within ten minutes. */
  signInUrl(): string
  /** Ingest answers 503, attempts in flight finish and are recorded, then everything closes (I10). */
  stop(): Promise<void>
}

/**
 * Builds a service and starts it.
 * @throws StoreError, EgressPolicyError, or the listener's own error where the port is taken
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { settings, version, log, now = Date.now, random = Math.random } = options
  const policy = parseEgressPolicy({ allow: settings.egressAllow, selfAddresses: ownPublicAddresses() })
  const sealer = createSealer({ keys: settings.secretKeys.map(deriveSealingKey), randomBytes })
  // Before the store: a start that cannot go on should touch nothing.
  const tlsFiles = openTlsFiles({ cert: settings.tlsCert, key: settings.tlsKey }, { log })
  // The store's threads start while the HTTP edge is loaded: each is a third of a start.
  const [bareStore, { createHttpEdge }] = await Promise.all([
    (options.openStore ?? openStore)(settings.store, { now, log, acceptEmpty: settings.acceptEmpty }),
    import('./http/app.ts'),
  ])
  const store = sealWebhooks(bareStore, sealer)
  try {
    const ownReceiver = createOwnReceiver({ tokensOf: (sdkAppId) => registry.tokensFor(sdkAppId, ownReceiverUrl), now })
    const egress = createEgress({ policy, dnsServers: settings.dns, proxy: settings.egressProxy, ownReceiver, now })
    const events = createServiceEvents({
      onListenerError: (error) => log.error({ err: error }, 'somebody who watches threw'),
    })
    const registry = createWebhookRegistry({ store })
    const customs = createCustomCommands({ store, log })
    const runExclusive = createKeyedMutex()
    const health = createWebhookHealth()
    const deliverer = createDeliverer({
      store,
      customs,
      webhooks: registry,
      health,
      egress,
      events,
      now,
      random,
      log,
      version,
    })
    const apps = createKnownApps({ store })
    const recorder = createDecisionRecorder({ store, now, log })
    const tallies = createAskTallies({ store, now, log })
    const intake = createIntake({ deliverer, apps, customs, decisions: recorder, now, sha256 })
    const askIds = createAskIds({ store, random, now, log })
    const asker = createAsker({
      egress,
      apps,
      customs,
      webhooks: registry,
      ids: askIds,
      recorder,
      tallies,
      events,
      now,
      log,
      version,
    })
    const webhooks = createWebhookService({
      store,
      egress,
      registry,
      customs,
      runExclusive,
      health,
      deliverer,
      asker,
      events,
      now,
    })
    const prober = createProber({ egress, customs, now, random, version })
    const commands = createCustomCommandService({ store, customs, registry, runExclusive, now })
    const redelivery = createRedelivery({ store, deliverer, webhooks: registry, events, now })
    const redeliveryJobs = createRedeliveryJobs({ store, deliverer, webhooks: registry, now, log })
    const retention = createRetention({
      store,
      retentionDays: settings.retentionDays,
      auditDays: settings.auditDays,
      now,
      log,
    })
    const auditTrail = createAuditTrail({ store, now })
    const switchOff = createSwitchOff({ webhooks, auditTrail, now, log })
    const makeToken = (): string => randomBytes(24).toString('base64url')
    const rotation = createTokenRotation({ webhooks, auditTrail, makeToken, now, log })
    const secretKeys = createAppSecretKeys({ store, sealer, randomBytes, now })
    const keys = createKeys({ store, adminKey: settings.adminKey, now, log })
    const sessions = createSessions({ now })
    keys.onRevoked((keyId) => sessions.closeOf(keyId))
    const quotas = createQuotas({ store, now })
    const http = await createHttpEdge({
      store,
      intake,
      asker,
      recorder,
      webhooks,
      secretKeys,
      rotation,
      tallies,
      removal: createAppRemoval({ store, apps, customs, quotas, runExclusive }),
      customs,
      commands,
      registry,
      random,
      redelivery,
      redeliveryJobs,
      incidents: createIncidents({ store, webhooks, deliverer, now }),
      prober,
      events,
      keys,
      sessions,
      publicUrl: settings.publicUrl,
      listenHost: settings.host,
      trustProxy: settings.trustProxy,
      tlsFiles,
      quotas,
      auditTrail,
      now,
      log,
      version,
      kept: { retentionDays: settings.retentionDays, auditDays: settings.auditDays },
      consoleFolder: options.consoleFolder,
      docsFolder: options.docsFolder,
    })

    const resealed = await resealSecrets(bareStore, sealer)
    if (resealed > 0) log.info({ resealed }, 'secrets in the store were written anew')
    const made = await keys.load()
    if (made !== undefined) {
      const { keyId: target, name, role } = made.key
      await auditTrail.record(byService, { action: 'key.created', sdkAppId: null, target, after: { name, role } })
    }
    await quotas.load()
    await registry.load()
    await customs.load()
    await askIds.load()
    const port = await http.listen(settings)
    await deliverer.start()
    await redeliveryJobs.start()
    retention.start()
    keys.start()
    switchOff.start()
    rotation.start()

    const url = `${tlsFiles === undefined ? 'http' : 'https'}://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`
    return {
      url,
      createdKey: made?.secret,
      events,
      intake,
      webhooks,
      ask: (ask) => asker.ask(ask),
      accept: (batch) => intake.accept(batch),
      signInUrl: () => `${settings.publicUrl?.origin ?? url}/sign-in#code=${sessions.makeCode()}`,
      async stop() {
        intake.stopping = true
        // From now on whoever asks is answered by policy.
        const asksEnded = asker.stop(settings.graceMs)
        switchOff.stop()
        rotation.stop()
        await retention.stop()
        await redeliveryJobs.stop()
        prober.stop()
        await Promise.all([deliverer.stop(settings.graceMs), asksEnded])
        await recorder.stop(settings.graceMs)
        await tallies.stop()
        await http.close()
        await keys.stop()
        await egress.close()
        await ownReceiver.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}
