// A failing store, as an error of the API.

import { ServiceError } from '../../domain/errors/service-error.ts'
import type { StoreError } from '../../store/port/errors.ts'

/** What a failing store means to the caller: nothing was kept, try again. */
export function storeTrouble(error: StoreError): ServiceError {
  switch (error.code) {
    case 'not_found':
      return new ServiceError('not_found', error.message, { cause: error })
    case 'version_mismatch':
    case 'command_taken':
      return new ServiceError(error.code, error.message, { cause: error })
    case 'invalid_cursor':
      return new ServiceError('invalid_cursor', 'Leave the cursor out to start again from the newest.', {
        cause: error,
      })
    case 'store_unavailable':
    case 'store_in_use':
    case 'store_too_new':
    case 'store_lost':
      return new ServiceError('store_unavailable', 'Nothing of this request was kept; send it again in a moment.', {
        retryAfterSeconds: 2,
        cause: error,
      })
    default:
      throw error
  }
}
