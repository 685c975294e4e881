// A promise that is kept in time.

/** What a promise ends with, or something else where it takes longer than `ms` or is rejected. */
export function byDeadline<Value>(
  work: Promise<Value>,
  ms: number,
  instead: { readonly value: Value; readonly onError: (error: unknown) => void },
): Promise<Value> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(1, ms), instead.value)
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        instead.onError(error)
        resolve(instead.value)
      },
    )
  })
}
