import type { AskAnswer, EventAccepted } from 'livehook/contract'

/** What came of one event that was composed. */
export type TryResult =
  | { readonly kind: 'sent'; readonly command: string; readonly accepted: EventAccepted }
  | { readonly kind: 'asked'; readonly command: string; readonly answer: AskAnswer }

/** Its place in the order of this page, from 1. */
export interface NumberedResult {
  readonly number: number
  readonly result: TryResult
}

/** As many are looked after at once. */
const maxResults = 20

/** The newest first. */
export function withResult(known: readonly NumberedResult[], result: TryResult): readonly NumberedResult[] {
  return [{ number: (known[0]?.number ?? 0) + 1, result }, ...known].slice(0, maxResults)
}
