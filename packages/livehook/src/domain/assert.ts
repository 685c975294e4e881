// A bug is an assertion: it says what was thought impossible, and never travels as a value or a coded error.

class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Throws if a thing that cannot be false is false. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Makes the compiler prove that a union was handled completely, and throws where a value slipped through at run time. */
export function assertNever(value: never): never {
  throw new AssertionError(`Unexpected value: ${JSON.stringify(value)}`)
}
