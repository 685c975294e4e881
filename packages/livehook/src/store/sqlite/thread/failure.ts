// Errors as they cross a thread's border.

import { StoreError } from '../../port/errors.ts'
import type { Failure } from './messages.ts'

/** A coded error stays what it is; any other means that the store cannot do its work now. */
export function toFailure(error: unknown): Failure {
  if (error instanceof StoreError) return { kind: 'failed', code: error.code, message: error.message }
  const reason = error instanceof Error ? error.message : String(error)
  return { kind: 'failed', code: 'store_unavailable', message: `The store failed: ${reason}.` }
}

export function toError(failure: Failure): StoreError {
  return new StoreError(failure.code, failure.message)
}
