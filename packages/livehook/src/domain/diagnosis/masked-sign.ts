// What a receiver sends back may repeat the request's own `Sign`: a page that shows the URL it was asked for. It is good for a
// minute, so it is neither kept nor shown (I9).

/** A `Sign` as a query, a header, JSON or an escaped URL repeats it, also if the text was cut in the middle of it. */
const echoed = /(sign(?:%3d|[^0-9a-z]{1,8}))[0-9a-f]{8,64}/gi

export function maskEchoedSign(text: string): string {
  return text.replaceAll(echoed, '$1***')
}

/** @param headers of an answer */
export function maskEchoedSigns(
  headers: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  return headers.map(([name, value]) => [name, maskEchoedSign(value)] as const)
}
