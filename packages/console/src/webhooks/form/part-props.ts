import type { Draft } from './draft.ts'
import type { Refusal } from './refusals.ts'

/** What every part of the form gets. */
export interface PartProps {
  readonly sdkAppId: number
  readonly draft: Draft
  readonly change: (members: Partial<Draft>) => void
  readonly refusals: readonly Refusal[]
}
