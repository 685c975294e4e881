import * as node from '../src/node.ts'
import * as portable from '../src/index.ts'

/** Both entries under one description: what is promised holds for either. `await` takes values and promises alike. */
export const bothEntries = [
  { entry: 'portable', protocol: portable },
  { entry: 'node', protocol: node },
]

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
