// Reading a body's text into values without losing what JSON.parse loses: the digits of account ids beyond 2^53.

/** An object of a body. */
export type Members = Readonly<Record<string, unknown>>

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Strings first, so that digits inside one are passed over. */
const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * The value of a JSON text. Whole numbers that JavaScript cannot hold come out as text with all their digits.
 * @throws SyntaxError for what is no JSON
 */
export function parseKeepingDigits(text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (!/\d{16}/.test(text)) return value
  // The text is known to be JSON by now, so every match is one whole string or number of it.
  return JSON.parse(text.replaceAll(stringsAndNumbers, quoteLong))
}

function quoteLong(token: string): string {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token
}

/**
 * All values at a path, `a.b[].c`: one for a plain path, any number if it goes through lists.
 * @param path a `?` at its end is passed over
 */
export function valuesAt(body: unknown, path: string): readonly unknown[] {
  let values: readonly unknown[] = [body]
  for (const step of path.replace('?', '').split('.')) {
    const name = step.replace('[]', '')
    values = values.flatMap((value): readonly unknown[] => {
      if (!isMembers(value) || !Object.hasOwn(value, name)) return []
      const member = value[name]
      return step.endsWith('[]') && Array.isArray(member) ? member : [member]
    })
  }
  return values
}
