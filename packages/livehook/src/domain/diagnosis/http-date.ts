// Times in HTTP headers.

/**
 * Reads a date in the one format that HTTP still allows to be sent (RFC 9110, 5.6.7); `Date.parse` alone takes far more.
 * @returns epoch milliseconds, or `undefined` if the text is no such date
 * @example parseHttpDate('Tue, 24 Nov 2026 02:40:00 GMT') // 1795488000000
 */
export function parseHttpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}
