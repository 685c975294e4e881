// What is wrong with the fields of the form, from three sides (the form itself, the check while typing, the refusal of what
// was sent), brought to the field that it belongs to. Pure.

import type { WebhookCheck } from 'livehook/contract'
import { ApiError } from '../../api/call.ts'
import type { FieldProblem } from './draft.ts'

export type CheckProblem = WebhookCheck['problems'][number]

export type Refusal =
  | { readonly from: 'form'; readonly problem: FieldProblem }
  | { readonly from: 'service'; readonly problem: Omit<CheckProblem, 'reason'> }

function pointerOf(refusal: Refusal): string {
  return refusal.problem.pointer
}

/** What belongs to a field: its own pointer, or one of something inside it. */
export function refusalsAt(refusals: readonly Refusal[], pointer: string): readonly Refusal[] {
  return refusals.filter((refusal) => {
    const at = pointerOf(refusal)
    return at === pointer || at.startsWith(`${pointer}/`) || at.startsWith(`${pointer}#`)
  })
}

/** What the service said of what was sent, member by member. Empty if it said nothing of any. */
export function problemsOfError(error: ApiError): CheckProblem[] {
  return error.errors.map(({ pointer, detail }) => ({
    code: error.code,
    pointer,
    detail,
    advice: { en: [detail], zh: [] },
  }))
}

export function refusalsOfError(error: Error | null): readonly Refusal[] {
  if (!(error instanceof ApiError)) return []
  return problemsOfError(error).map((problem) => ({ from: 'service', problem }))
}
