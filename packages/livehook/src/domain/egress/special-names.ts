// Names that mean something inside a machine or a private network and nothing on the public one. They are refused by
// name, before any DNS query, because a resolver inside would answer them. `.test` and `.invalid` are not among them:
// they go to DNS, whose answer ("does not exist") is what their users want to see.

/** Last labels under which nothing public lives: RFC 6761, 6762 (appendix G), 7686, 8375, 9476, and what clusters use. */
const privateTopLabels: ReadonlySet<string> = new Set([
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'arpa',
  'onion',
  'alt',
  'svc',
  'consul',
])

/** Whole names that a cloud answers from the inside although their last label is public. */
const privateNames: ReadonlySet<string> = new Set(['metadata.goog', 'metadata.tencentyun.com'])

/**
 * Says whether a name belongs to the inside. A name of a single label is always such a name: only a hosts file or a
 * resolver's search list can answer it.
 * @param name lower case, without a trailing dot
 */
export function isSpecialName(name: string): boolean {
  const lastDot = name.lastIndexOf('.')
  if (lastDot < 0) return true
  return privateTopLabels.has(name.slice(lastDot + 1)) || privateNames.has(name)
}

/** Says whether a text is a DNS name: labels of letters, digits, `-` and `_`, and a last label that cannot be read as a number. */
export function isDnsName(name: string): boolean {
  if (name.length > 253) return false
  const labels = name.split('.')
  if (!labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label))) return false
  // A numeric last label makes some parsers read an address (`o177.0.0.1`); no public top-level domain has one.
  return !/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')
}
