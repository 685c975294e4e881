/** Why a receiver cannot be built or used as it was asked to: always a mistake in the program around it. */
export type ReceiverErrorCode = 'options' | 'unknown_command' | 'handler_twice'

/** A promise of the program around a receiver was broken; `code` says which. */
export class ReceiverError extends Error {
  override readonly name = 'ReceiverError'
  readonly code: ReceiverErrorCode

  constructor(code: ReceiverErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
