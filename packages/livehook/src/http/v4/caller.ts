// Who calls: an admin account of an app, shown by a UserSig that was made with the app's secret key. Fails closed.

import type { App } from '../../domain/access/app.ts'
import type { UserSigRefusal } from '../../domain/access/user-sig.ts'
import { judgeUserSig } from '../../domain/access/user-sig.ts'
import type { AppSecretKeys } from '../../engine/manage/apps.ts'
import type { Store } from '../../store/port/port.ts'
import type { WrongTries } from '../gates/wrong-tries.ts'
import { placeOf } from '../gates/wrong-tries.ts'
import type { CallParameters } from './call-request.ts'
import { CallRefused } from './public-code.ts'
import { parseUserSig, sigFits } from './user-sig-text.ts'

export interface CallerDeps {
  readonly store: Pick<Store, 'getApp'>
  readonly secretKeys: Pick<AppSecretKeys, 'of'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** UserSigs of an app that were made with another key, by the place that they came from. */
  readonly wrongSigs: WrongTries
}

const refusals: Readonly<Record<UserSigRefusal, string>> = {
  other_app: 'The UserSig was made for another SDKAppID than the one in the URL.',
  other_identifier: 'The UserSig was made for another identifier than the one in the URL.',
  wrong_sig:
    'The UserSig was not made with the secret key of this app. Was it made with the key of another one, or before the key was changed?',
  expired: 'The UserSig has expired. Make a new one.',
}

/**
 * Finds the app of a call and checks that the caller may configure it.
 * @param address where the call comes from
 * @throws CallRefused 70020, 70016, 70050, 70003, 70014, 70013, 70009, 70001 or 60010, in this order
 */
export async function requireCaller(deps: CallerDeps, call: CallParameters, address: string): Promise<App> {
  const { sdkAppId, identifier } = call
  const app = await deps.store.getApp(sdkAppId)
  if (app === undefined) throw new CallRefused('unknown_app', `There is no app ${sdkAppId}.`)
  const secretKey = await deps.secretKeys.of(sdkAppId)
  if (secretKey === undefined) {
    const info = `App ${sdkAppId} has no secret key yet. POST /v1/apps/${sdkAppId}/secret-key/rotate makes one.`
    throw new CallRefused('no_secret_key', info)
  }
  const place = `${sdkAppId} ${placeOf(address)}`
  const waitSeconds = deps.wrongSigs.waitSeconds(place)
  if (waitSeconds > 0) {
    const info = `Too many UserSigs from here were made with another key. Wait ${waitSeconds} s, and look at the key.`
    throw new CallRefused('too_many_refusals', info)
  }
  const userSig = parseUserSig(call.userSig)
  if (userSig === undefined) {
    throw new CallRefused('unreadable', 'The UserSig cannot be read. Was it cut off, or encoded for the URL twice?')
  }
  const expected = { sdkAppId, identifier, sigFits: sigFits(userSig, secretKey) }
  const refusal = judgeUserSig(userSig, expected, Math.floor(deps.now() / 1000))
  if (refusal === 'wrong_sig') deps.wrongSigs.count(place)
  if (refusal !== undefined) throw new CallRefused(refusal, refusals[refusal])
  if (!app.adminIdentifiers.includes(identifier)) {
    throw new CallRefused('not_admin', 'The identifier is no admin account of this app: see its adminIdentifiers.')
  }
  return app
}
