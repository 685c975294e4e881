// A bug is an assertion: it says what was thought impossible.

/** Makes the compiler prove that a union was handled completely, and throws where a value slipped through at run time. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}
