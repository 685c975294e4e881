// A mutex per app: a check still holds when what it allowed is written.

/** Runs the work of one app one after the other. */
export type RunExclusive = <Result>(sdkAppId: number, work: () => Promise<Result>) => Promise<Result>

/** @returns runs work of one app one after the other; work of different apps runs side by side */
export function createKeyedMutex(): RunExclusive {
  const last = new Map<number, Promise<unknown>>()
  return (sdkAppId, work) => {
    const turn = (last.get(sdkAppId) ?? Promise.resolve()).then(work)
    const ended = turn.then(
      () => undefined,
      () => undefined,
    )
    last.set(sdkAppId, ended)
    void ended.then(() => {
      if (last.get(sdkAppId) === ended) last.delete(sdkAppId)
    })
    return turn
  }
}
