// Where a request or an answer ends: a head, an empty line, and as many bytes as content-length says. Both far sides know each
// other and the service, so nothing else is read.

export interface Message {
  /** Everything before the empty line. */
  readonly head: string
  /** Where the body begins and the message ends. */
  readonly bodyStart: number
  readonly end: number
}

/** @returns `undefined` if the message is not complete yet */
export function readMessage(bytes: Buffer): Message | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const bodyStart = headEnd + 4
  const end = bodyStart + lengthIn(head)
  return bytes.length < end ? undefined : { head, bodyStart, end }
}

function lengthIn(head: string): number {
  // The service and Node write it in lower case, others as the standards spell it.
  let at = head.indexOf('\r\ncontent-length: ')
  if (at < 0) at = head.indexOf('\r\nContent-Length: ')
  return at < 0 ? 0 : Number.parseInt(head.slice(at + 18, at + 30), 10)
}
