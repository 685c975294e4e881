// At most so many calls of an app in any second.

/** What the platform's pages allow. */
export const callsPerSecond = 200

export interface CallRate {
  /** Whether a call of the app may be answered now; one that may is counted. */
  admit(sdkAppId: number): boolean
}

/**
 * Only calls of apps that exist and that showed a good UserSig may be counted: no one else can fill the memory or use up an app's
 * calls.
 * @param deps.now epoch milliseconds
 */
export function createCallRate(deps: { readonly now: () => number }): CallRate {
  const admitted = new Map<number, number[]>()
  return {
    admit(sdkAppId) {
      const now = deps.now()
      // What lies ahead was counted before the clock was set back.
      const recent = (admitted.get(sdkAppId) ?? []).filter((at) => at > now - 1000 && at <= now)
      admitted.set(sdkAppId, recent)
      if (recent.length >= callsPerSecond) return false
      recent.push(now)
      return true
    },
  }
}
