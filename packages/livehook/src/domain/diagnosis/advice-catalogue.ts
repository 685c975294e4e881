// What people read when a webhook fails: per detail what happened, then the next thing to try. The texts are data
// (advice-texts.json), English and Simplified Chinese side by side, so that neither is changed without the other; `{name}` is
// filled in by advice.ts. Here they get their types, so that a detail without a text does not compile.

import texts from './advice-texts.json' with { type: 'json' }
import type { NamedDetail, Symptom } from './details.ts'

/** The same in both languages. */
export interface Bilingual<Text = string> {
  readonly en: Text
  readonly zh: Text
}

export type AdviceText = Bilingual<readonly string[]>

/** Details that have a text. `ok` needs none. */
export type AdvisedDetail = Exclude<NamedDetail, 'ok'>

export interface StatusAdvice {
  readonly from: number
  readonly to: number
  readonly text: AdviceText
}

/** The rows of the failure table, word for word: the first sentence of every advice. */
export const symptomSentences: Readonly<Record<Symptom, Bilingual>> = texts.symptoms

export const adviceOfDetail: Readonly<Record<AdvisedDetail, AdviceText>> = texts.details

/** The first range that a status is in decides; the last one takes all. */
export const adviceOfStatus: readonly StatusAdvice[] = texts.statuses
