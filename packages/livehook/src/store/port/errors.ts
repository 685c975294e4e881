// How a store says that it cannot keep its promise.

export type StoreErrorCode =
  /** Disk full, I/O error, connection lost: try again later. Becomes 503. */
  | 'store_unavailable'
  /** The data belongs to another process that is still running. */
  | 'store_in_use'
  /** The data was written by a newer version. */
  | 'store_too_new'
  /** What a store left behind was found where one should be. */
  | 'store_lost'
  | 'not_found'
  /** A webhook was changed since the caller saw it. */
  | 'version_mismatch'
  /** Another webhook of the app has a command that only one may have. */
  | 'command_taken'
  | 'invalid_cursor'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
