// What can be said of a thing that was thrown, whatever it is.

/** The sentence of an error, or the thing itself as text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The code of an error (`ECONNREFUSED`, `EPERM` …) or of what caused it, where one of them has one. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code
  return codeOf(thrown.cause)
}
