// The engine, put together: what takes events and asks in, what brings them to webhooks, and what keeps the registrations.
// In reading order, from the top to the bottom of the house:
//
//   upkeep/   timers that tidy up: retention, the switch-off of what fails for days
//   manage/   what people change: webhooks, tokens, commands, apps, redeliveries; the audit trail
//   ask/      a *before* event and its verdict, by a deadline
//   intake/   what is checked before an *after* event is kept
//   deliver/  what is kept goes out: lanes, claims, attempts, settling
//   probe/    a webhook's URL, tried step by step
//   kept/     everything that is cached of the store
//   wire/     what is signed and sent
//
// State: none of its own. Each part has what its room's entry file says; the store has everything that outlives a process.

import type { Deadline } from '../domain/deadline.ts'
import type { Egress } from '../egress/port.ts'
import type { Log } from '../observe/log.ts'
import type { ServiceEvents } from '../observe/events.ts'
import type { Store } from '../store/port/port.ts'
import type { Sealer } from '../store/sealed/sealing.ts'
import { createAsker } from './ask/ask.ts'
import { createAskIds } from './ask/ids.ts'
import { createDecisionRecorder } from './ask/recorder.ts'
import { createAskTallies } from './ask/tallies.ts'
import { allEnded, earlier, within } from './closing.ts'
import { createDeliverer } from './deliver/deliver.ts'
import { withOwner } from './deliver/with-owner.ts'
import { createIntake } from './intake/intake.ts'
import type { Follower } from './kept/changes.ts'
import { createChangeFeed } from './kept/changes.ts'
import { createCustomCommands } from './kept/custom-commands.ts'
import { createKeyedMutex } from './kept/keyed-mutex.ts'
import { createKnownApps } from './kept/known-apps.ts'
import { createLeases } from './kept/leases.ts'
import { createQuotas } from './kept/quotas.ts'
import { createWebhookHealth } from './kept/webhook-health.ts'
import type { WebhookRegistry } from './kept/webhook-registry.ts'
import { createAppSecretKeys } from './manage/apps.ts'
import { createAppRemoval } from './manage/apps.ts'
import { createAuditTrail } from './manage/audit-trail.ts'
import { createCustomCommandService } from './manage/commands.ts'
import { createIncidents } from './manage/incidents.ts'
import { createRedelivery } from './manage/redelivery.ts'
import { createRedeliveryJobs } from './manage/redelivery-jobs.ts'
import { createTokenRotation } from './manage/token-rotation.ts'
import { createWebhookService } from './manage/webhooks.ts'
import { createProber } from './probe/probe.ts'
import { createRetention } from './upkeep/retention.ts'
import { createSwitchOff } from './upkeep/switch-off.ts'

export interface EngineDeps {
  readonly store: Store
  readonly egress: Egress
  readonly registry: WebhookRegistry
  /** The keys of the API, which are kept in memory beside the engine. */
  readonly keys: { readonly follower: Follower<'key'> }
  readonly events: ServiceEvents
  readonly sealer: Sealer
  /** 0 keeps for ever. */
  readonly kept: { readonly retentionDays: number; readonly auditDays: number }
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Milliseconds of a clock that only ever goes on: what waits goes by it. */
  readonly monotonic: () => number
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  /** `crypto.randomBytes`. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  readonly log: Log
  readonly version: string
}

/** What the HTTP edge and others use of it. */
export type EngineParts = ReturnType<typeof createParts>

export interface Engine {
  readonly parts: EngineParts
  /** Reads from the store what is kept in memory: before anybody may ask for it. */
  load(): Promise<void>
  /** Goes on with what the last process left, and begins to look for what is due. */
  start(): Promise<void>
  /**
   * Ingest answers 503, policies answer asks, attempts in flight finish and are recorded; then everything is at rest (I10).
   * @param deadline shared by all parts; what is on the wire then is cut off a moment before, so that it is recorded in time
   */
  stop(deadline: Deadline): Promise<void>
}

/** What the last attempts and decisions take to be recorded, as a part of what is left. */
const recordingShare = 0.1

export function createEngine(deps: EngineDeps): Engine {
  const parts = createParts(deps)
  const { store, now, log, kept } = deps
  const { webhooks, auditTrail, deliverer, redeliveryJobs, rotation, intake, asker, recorder, tallies, leases } = parts
  const retention = createRetention({ store, ...kept, leases, now, log })
  const switchOff = createSwitchOff({ webhooks, auditTrail, leases, now, log })
  const followers = {
    app: parts.removal.follower,
    webhook: webhooks.follower,
    command: parts.customs.follower,
    quota: parts.quotas.follower,
    key: deps.keys.follower,
  }
  const changes = createChangeFeed({ store, followers, runExclusive: parts.runExclusive, log })
  return {
    parts,
    async load() {
      // First: what is changed from now on is taken over, also what is changed while the rest is read.
      await changes.begin()
      await parts.quotas.load()
      await deps.registry.load()
      await parts.customs.load()
      await parts.askIds.load()
    },
    async start() {
      changes.start()
      await deliverer.start()
      await redeliveryJobs.start()
      retention.start()
      switchOff.start()
      rotation.start()
    },
    async stop(deadline) {
      const wire = earlier(deadline, deadline.remainingMs * recordingShare)
      intake.stopping = true
      parts.prober.stop()
      switchOff.stop()
      rotation.stop()
      const ended = allEnded([
        asker.stop(wire),
        deliverer.stop(wire),
        redeliveryJobs.stop(),
        retention.stop(),
        changes.stop(),
      ])
      const isAtRest = await within(deadline.remainingMs, ended)
      if (!isAtRest) log.warn({}, 'stop: not everything on the wire could be recorded in time; it is tried again')
      await allEnded([recorder.stop(deadline), tallies.stop(), leases.release()])
    },
  }
}

function createParts(deps: EngineDeps) {
  const { store, egress, registry, events, sealer, now, monotonic, random, randomBytes, log, version } = deps
  const runExclusive = createKeyedMutex()
  const customs = createCustomCommands({ store, log })
  const health = createWebhookHealth()
  const apps = createKnownApps({ store })
  const quotas = createQuotas({ store, runExclusive, now })
  const leases = createLeases({ store, owner: Buffer.from(randomBytes(12)).toString('hex'), now })
  const common = { store, customs, webhooks: registry, egress, events, now, monotonic, log, version }
  const owner = Buffer.from(randomBytes(6)).readUIntBE(0, 6)
  const deliverer = createDeliverer({ ...common, store: withOwner(store, owner), health, random })
  const recorder = createDecisionRecorder({ store, now, log })
  const tallies = createAskTallies({ store, now, log })
  const intake = createIntake({
    deliverer,
    apps,
    customs,
    webhooks: registry,
    decisions: recorder,
    now,
    monotonic,
    sha256: deps.sha256,
  })
  const askIds = createAskIds({ store, random, now: monotonic, log })
  const asker = createAsker({ ...common, apps, ids: askIds, recorder, tallies })
  const shared = { store, registry, customs, runExclusive, now }
  const webhooks = createWebhookService({ ...shared, egress, health, deliverer, asker, events })
  const auditTrail = createAuditTrail({ store, now })
  const makeToken = (): string => Buffer.from(randomBytes(24)).toString('base64url')
  return {
    health,
    runExclusive,
    leases,
    deliverer,
    intake,
    asker,
    askIds,
    recorder,
    tallies,
    webhooks,
    auditTrail,
    customs,
    quotas,
    prober: createProber({ egress, customs, now, random, version }),
    commands: createCustomCommandService(shared),
    redelivery: createRedelivery({ store, deliverer, webhooks: registry, events, now }),
    redeliveryJobs: createRedeliveryJobs({ store, deliverer, webhooks: registry, leases, now, monotonic, log }),
    incidents: createIncidents({ store, webhooks, deliverer, now }),
    rotation: createTokenRotation({ webhooks, auditTrail, makeToken, leases, now, log }),
    secretKeys: createAppSecretKeys({ store, sealer, randomBytes, now }),
    removal: createAppRemoval({ store, apps, customs, quotas, runExclusive }),
  }
}
