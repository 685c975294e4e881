// The composition root: opens the parts, joins them, and closes them in reverse, whether they ran for a year or a start failed
// half-way. In reading order: here, engine/engine.ts, http/access.ts, http/app.ts; what a stop promises is in engine/closing.ts.

import { randomBytes } from 'node:crypto'
import { parseEgressPolicy } from './domain/egress/policy.ts'
import { ownPublicAddresses } from './egress/dial/own-addresses.ts'
import { createEgress } from './egress/egress.ts'
import { ownReceiverUrl } from './egress/own-receiver.ts'
import type { Closing } from './engine/closing.ts'
import { createClosing, monotonic } from './engine/closing.ts'
import { createEngine } from './engine/engine.ts'
import { createWebhookRegistry } from './engine/kept/webhook-registry.ts'
import { byService } from './engine/manage/audit-trail.ts'
import { createAccess } from './http/access.ts'
import { createOwnReceiver } from './http/listener/own-receiver.ts'
import { openTlsFiles } from './http/listener/tls-files.ts'
import { createServiceEvents } from './observe/events.ts'
import type { Service, ServiceOptions } from './service-types.ts'
import { sha256 } from './sha256.ts'
import { openStore } from './store/open-store.ts'
import { resealSecrets, sealWebhooks } from './store/sealed/sealed-store.ts'
import { createSealer } from './store/sealed/sealing.ts'
import { deriveSealingKey } from './store/sealed/sealing.ts'

/** With a store that is gone there is nothing to record: what is left is to answer what is under way. */
const graceWithoutStoreMs = 1000

/**
 * Builds a service and starts it. If that fails, everything that was opened is closed again before this rejects.
 * @throws StoreError, EgressPolicyError, or the listener's own error where the port is taken
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const closing = createClosing(options)
  try {
    return await openParts(options, closing)
  } catch (error) {
    // What a part says beside is in the log; why the start failed is what the caller must learn.
    await closing.close(options.settings.graceMs).catch(() => undefined)
    throw error
  }
}

async function openParts(options: ServiceOptions, closing: Closing): Promise<Service> {
  const { settings, version, log, now = Date.now, random = Math.random } = options
  const policy = parseEgressPolicy({ allow: settings.egressAllow, selfAddresses: ownPublicAddresses() })
  const sealer = createSealer({ keys: settings.secretKeys.map(deriveSealingKey), randomBytes })
  // Before the store: a start that cannot go on should touch nothing.
  const tlsFiles = openTlsFiles({ cert: settings.tlsCert, key: settings.tlsKey }, { log })
  // The store's threads start while the HTTP edge is loaded: each is a third of a start.
  const [bareStore, { createHttpEdge }] = await Promise.all([
    (options.openStore ?? openStore)(settings.store, { now, log, acceptEmpty: settings.acceptEmpty }).then((opened) => {
      closing.opened('store', () => opened.close())
      return opened
    }),
    import('./http/app.ts'),
  ])
  const store = sealWebhooks(bareStore, sealer)
  const events = createServiceEvents({ onListenerError: (error) => log.error({ err: error }, 'event listener threw') })
  const registry = createWebhookRegistry({ store })
  const ownReceiver = createOwnReceiver({ tokensOf: (sdkAppId) => registry.tokensFor(sdkAppId, ownReceiverUrl), now })
  closing.opened('own receiver', () => ownReceiver.close())
  const egress = createEgress({ policy, dnsServers: settings.dns, proxy: settings.egressProxy, ownReceiver, now })
  closing.opened('egress', () => egress.close())
  const kept = { retentionDays: settings.retentionDays, auditDays: settings.auditDays }
  const base = { store, registry, events, kept, now, monotonic, random, log, version }
  const access = createAccess({ store, adminKey: settings.adminKey, now, log })
  const engine = createEngine({ ...base, egress, keys: access.keys, sealer, randomBytes, sha256 })
  closing.opened('keys', () => access.stop())
  const { publicUrl, host: listenHost, trustProxy } = settings
  const { consoleFolder, docsFolder, requestBounds } = options
  const http = await createHttpEdge({
    ...base,
    ...engine.parts,
    ...access,
    publicUrl,
    listenHost,
    trustProxy,
    tlsFiles,
    consoleFolder,
    docsFolder,
    requestBounds,
  })
  closing.opened('listener', (deadline) => http.close(deadline))

  const resealed = await resealSecrets(bareStore, sealer)
  if (resealed > 0) log.info({ resealed }, 'secrets in the store were written again')
  const made = await access.load()
  if (made !== undefined) {
    const { keyId: target, name, role } = made.key
    const change = { action: 'key.created', sdkAppId: null, target, after: { name, role } } as const
    await engine.parts.auditTrail.record(byService, change)
  }
  await engine.load()
  const port = await http.listen(settings)
  closing.opened('engine', (deadline) => engine.stop(deadline))
  await engine.start()
  access.start()

  let hasFailed = false
  void store.broken.then((error) => {
    hasFailed = true
    log.error({ err: error }, 'store failed: the service cannot go on and must be started again')
  })
  const url = `${tlsFiles === undefined ? 'http' : 'https'}://${listenHost.includes(':') ? `[${listenHost}]` : listenHost}:${port}`
  const { intake, webhooks, asker } = engine.parts
  return {
    url,
    createdKey: made?.secret,
    events,
    intake,
    webhooks,
    failed: store.broken,
    ask: (ask) => asker.ask(ask),
    accept: (batch) => intake.accept(batch),
    signInUrl: () => `${publicUrl?.origin ?? url}/sign-in#code=${access.sessions.makeCode()}`,
    stop: () => closing.close(hasFailed ? Math.min(graceWithoutStoreMs, settings.graceMs) : settings.graceMs),
  }
}
