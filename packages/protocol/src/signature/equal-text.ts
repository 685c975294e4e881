/**
 * Compares two texts without letting the time tell where they differ: every character is looked at, whatever came before.
 * Their length is no secret here. For runtimes without `timingSafeEqual`.
 */
export function equalText(left: string, right: string): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  return difference === 0
}
