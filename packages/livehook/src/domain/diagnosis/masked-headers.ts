// Request headers as they may be kept and shown: the signature and whatever the app added for itself may be secrets (I9).

/** Headers that say nothing that is not shown elsewhere anyway. */
const openHeaders: ReadonlySet<string> = new Set([
  'content-type',
  'accept',
  'accept-encoding',
  'user-agent',
  'webhook-id',
  'webhook-timestamp',
  'livehook-attempt',
  'traceparent',
])

const mask = '***'

/** @param headers names in lower case */
export function maskHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const masked = Object.entries(headers).map(([name, value]) => [name, openHeaders.has(name) ? value : mask])
  return Object.fromEntries(masked)
}
