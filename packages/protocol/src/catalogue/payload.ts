// The type of a command's body, and of the reply to it.

import type { PayloadMap, ReplyMap } from './generated/payloads.ts'
import type { BeforeWord, EventWord } from './generated/words.ts'
import type { Acknowledgement } from './payload-parts.ts'

/** The body of a command's event, as this package makes it: `Payload<'Live.CallbackAfterCreateRoom'>`. */
export type Payload<Word extends EventWord = EventWord> = PayloadMap[Word]

/** The reply to a command: members beside the three exist for *before* commands only. */
export type Reply<Word extends EventWord = EventWord> = Word extends BeforeWord ? ReplyMap[Word] : Acknowledgement
