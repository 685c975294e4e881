// The parts that bodies and replies of many commands share.

import type { PayloadMap, ReplyMap } from './generated/payloads.ts'
import type { BeforeWord, EventWord } from './generated/words.ts'

/** An element of a message. */
export interface MessageElement {
  readonly MsgType:
    | 'TIMTextElem'
    | 'TIMLocationElem'
    | 'TIMFaceElem'
    | 'TIMCustomElem'
    | 'TIMSoundElem'
    | 'TIMImageElem'
    | 'TIMFileElem'
    | 'TIMVideoFileElem'
    | 'TIMRelayElem'
    | (string & {})
  /** What is in it depends on `MsgType`. */
  readonly MsgContent: Readonly<Record<string, unknown>>
}

/** The three members that every answer has. */
export interface Acknowledgement {
  readonly ActionStatus: 'OK' | 'FAIL'
  readonly ErrorInfo: string
  readonly ErrorCode: number
}

/** The body of a command's event, as this package makes it: `Payload<'Live.CallbackAfterCreateRoom'>`. */
export type Payload<Word extends EventWord = EventWord> = PayloadMap[Word]

/** The reply to a command: members beside the three exist for *before* commands only. */
export type Reply<Word extends EventWord = EventWord> = Word extends BeforeWord ? ReplyMap[Word] : Acknowledgement
