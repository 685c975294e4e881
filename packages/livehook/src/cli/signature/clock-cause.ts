// Two clocks that differ, or an old request: the one cause that both checks can end in.

/** @param skewSeconds by how much this clock is ahead of the request's time; negative: behind */
export function outsideWindow(
  skewSeconds: number,
  { what, allowedSeconds }: { readonly what: string; readonly allowedSeconds: number },
): string[] {
  const side = skewSeconds > 0 ? 'before' : 'ahead of'
  return [
    `${what} differs from this clock by ${Math.abs(skewSeconds)} s (it is ${side} it); ${allowedSeconds} s are allowed, either way.`,
    'Either one of the clocks is wrong (`date -u` on both machines, NTP), or the request is an old one: to check that, give the time at which it came with --at.',
  ]
}
