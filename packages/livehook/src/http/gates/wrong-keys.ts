// Requests with a wrong key: a place that sends many of them is answered 429 without a look at the key, and the log says so once
// in a while. A key that was good from that place before goes on working there: one wrong setting behind a shared address must not
// turn the others away. Fails closed for whatever is not known.
//
// State: wrong tries and good keys by place, in memory; a restart forgets both.

import type { Identity } from '../../domain/access/role.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Log } from '../../observe/log.ts'
import type { Keys } from './keys.ts'
import { createWrongTries, placeOf } from './wrong-tries.ts'

export interface KeyCheck {
  /**
   * @param address where the request comes from
   * @throws ServiceError `unauthorized`, `too_many_requests`
   */
  require(secret: string, address: string): Identity
}

export interface KeyCheckDeps {
  readonly keys: Pick<Keys, 'identify'>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Pick<Log, 'warn'>
}

/** A program that was given a wrong key tries again every second or so; a guesser needs many more. */
export const wrongKeysPerMinute = 120

const sayAgainMs = 60_000

/** Bounds memory: the place that was good longest ago is forgotten first. */
const maxPlaces = 10_000

export function createKeyCheck(deps: KeyCheckDeps): KeyCheck {
  const wrongTries = createWrongTries(deps, wrongKeysPerMinute)
  const goodFrom = new Map<string, Set<string>>()
  let refused = 0
  let saidAt = Number.NEGATIVE_INFINITY

  const say = (address: string): void => {
    refused += 1
    if (deps.now() - saidAt < sayAgainMs) return
    saidAt = deps.now()
    deps.log.warn({ address, refused }, 'requests with a wrong key were refused')
    refused = 0
  }
  const noteGood = (place: string, keyId: string): void => {
    const keys = goodFrom.get(place) ?? new Set<string>()
    if (keys.has(keyId)) return
    keys.add(keyId)
    goodFrom.delete(place)
    goodFrom.set(place, keys)
    const [oldest] = goodFrom.keys()
    if (goodFrom.size > maxPlaces && oldest !== undefined) goodFrom.delete(oldest)
  }
  return {
    require(secret, address) {
      const place = placeOf(address)
      const waitSeconds = wrongTries.waitSeconds(place)
      const identity = deps.keys.identify(secret)
      if (identity !== undefined && (waitSeconds === 0 || goodFrom.get(place)?.has(identity.keyId) === true)) {
        noteGood(place, identity.keyId)
        return identity
      }
      say(address)
      if (waitSeconds > 0) {
        const detail = `Too many requests with a wrong key came from this address; wait ${waitSeconds} s.`
        throw new ServiceError('too_many_requests', detail, { retryAfterSeconds: waitSeconds })
      }
      wrongTries.count(place)
      throw unauthorized()
    },
  }
}

export function unauthorized(): ServiceError {
  return new ServiceError('unauthorized', 'Send a valid key as `Authorization: Bearer <key>`.')
}
