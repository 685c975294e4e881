// The attempt that is recorded where a lease ran out: its request may or may not have arrived (I2, I3).

import type { AttemptRecord } from '../port/flow.ts'

/** What is known of it is the same for each of them. */
export const lostAttempt: Pick<AttemptRecord, 'symptom' | 'detail' | 'durationMs' | 'status' | 'evidence'> = {
  symptom: 'ours',
  detail: 'internal',
  durationMs: 0,
  status: null,
  evidence: { phase: 'write', phaseMs: {}, note: 'the process was lost while this attempt was in flight' },
}
