// The parts that bodies and replies of many commands share.

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
