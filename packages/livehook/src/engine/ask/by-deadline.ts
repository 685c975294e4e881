// A promise that is kept in time.

/**
 * What a promise ends with, or something else where it takes longer than `ms` or is rejected. After a stall of the event loop
 * everything is late at once: what has ended by then still counts.
 */
export function byDeadline<Value>(
  work: Promise<Value>,
  ms: number,
  instead: { readonly late: () => Value; readonly onError: (error: unknown) => Value },
): Promise<Value> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => setImmediate(() => resolve(instead.late())), Math.max(1, ms))
    work.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        resolve(instead.onError(error))
      },
    )
  })
}
