// JSON, spread over lines without being parsed and written again: numbers beyond 2^53 (account ids in this field),
// repeated members and escapes stay exactly as they came.

/** Deeper levels are not indented any further, so that depth alone cannot make a text grow without bound. */
const deepestIndent = 20

/**
 * Puts every member on a line of its own.
 * @returns `undefined` if the text is no JSON
 */
export function prettyJson(text: string): string | undefined {
  if (!isJson(text)) return undefined
  // Outside of strings, JSON knows no character that needs more than a look at itself and, for `{}` and `[]`, the next.
  const tokens = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/gsu) ?? []
  const parts: string[] = []
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]
    const isClosing = token === '}' || token === ']'
    const wasEmpty = isClosing && (tokens[index - 1] === '{' || tokens[index - 1] === '[')
    if (isClosing) depth -= 1
    if (isClosing && !wasEmpty) parts.push(lineBreak(depth))
    parts.push(token === ':' ? ': ' : token)
    if (token === ',') parts.push(lineBreak(depth))
    if (token === '{' || token === '[') {
      depth += 1
      if (next !== '}' && next !== ']') parts.push(lineBreak(depth))
    }
  }
  return parts.join('')
}

function lineBreak(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, deepestIndent))}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
