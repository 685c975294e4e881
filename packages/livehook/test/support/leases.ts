import type { Leases } from '../../src/engine/kept/leases.ts'

/** Of a process that is alone with its store. */
export const alone: Pick<Leases, 'holds'> = { holds: async () => true }
