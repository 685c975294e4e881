// /livez, /readyz, /version: for anyone who watches over the process. No key is needed; nothing here is a secret.
// /v1/service: how it is set up, for those who look at what it keeps.

import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../../domain/errors/service-error.ts'
import type { Deliverer } from '../../../engine/deliver/deliver.ts'
import type { Intake } from '../../../engine/intake/intake.ts'
import type { Store } from '../../../store/port/port.ts'
import type { ServiceFacts } from '../../contract/contract.ts'

export interface HealthRouteDeps {
  readonly store: Pick<Store, 'ping'>
  readonly intake: Pick<Intake, 'stopping'>
  readonly deliverer: Pick<Deliverer, 'clockJump'>
  readonly now: () => number
  readonly version: string
  /** For how many days events with their deliveries, and entries of the audit log, are kept; 0 for good. */
  readonly kept: { readonly retentionDays: number; readonly auditDays: number }
}

/** For so long a wall clock that was set is mentioned. */
const clockJumpShownMs = 3_600_000

export function healthRoutes(app: FastifyInstance, deps: HealthRouteDeps): void {
  app.get('/livez', async () => ({ status: 'alive' }))

  app.get('/readyz', async () => {
    if (deps.intake.stopping) throw new ServiceError('stopping', 'The service is stopping.', { retryAfterSeconds: 5 })
    await deps.store.ping()
    const jump = deps.deliverer.clockJump
    if (jump === undefined || deps.now() - jump.at >= clockJumpShownMs) return { status: 'ready' }
    return { status: 'ready', clock: { setAt: new Date(jump.at).toISOString(), byMs: jump.byMs } }
  })

  app.get('/version', async () => ({ version: deps.version, node: process.versions.node }))

  app.get('/v1/service', async (): Promise<ServiceFacts> => {
    const { retentionDays, auditDays } = deps.kept
    return { version: deps.version, node: process.versions.node, retentionDays, auditDays }
  })
}
