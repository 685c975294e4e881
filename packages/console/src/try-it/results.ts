import type { AskAnswer, EventAccepted } from 'livehook/contract'

/** What came of one event that was composed. */
export type TryResult =
  | { readonly kind: 'sent'; readonly number: number; readonly command: string; readonly accepted: EventAccepted }
  | { readonly kind: 'asked'; readonly number: number; readonly command: string; readonly answer: AskAnswer }
