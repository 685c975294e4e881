// --record: every request and its reply, one JSON object a line, for a test or for `livehook verify`.

import { openSync, writeSync } from 'node:fs'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import { CliError } from '../io.ts'
import type { Arrived, Checked } from './arrived.ts'
import { pairsOf } from './arrived.ts'
import type { GivenReply } from './exchange.ts'

export type Recorder = (arrived: Arrived, checked: Checked, reply: GivenReply) => void

/**
 * Opens the file, at whose end is written. Only its owner may read it: the targets hold Sign.
 * @throws CliError `usage` if that cannot be done
 */
export function openRecorder(file: string): Recorder {
  const descriptor = openFile(file)
  return (arrived, checked, reply) => {
    const { at, method, target, rawHeaders, body } = arrived
    const record = {
      at: new Date(at).toISOString(),
      method,
      target,
      headers: pairsOf(rawHeaders),
      ...bodyMembers(body),
      result: checked.result,
      ...(checked.refusal === undefined ? {} : { reason: checked.refusal.reason }),
      reply: { status: reply.status, ...bodyMembers(reply.body) },
    }
    writeSync(descriptor, `${JSON.stringify(record)}\n`)
  }
}

function openFile(file: string): number {
  try {
    return openSync(file, 'a', 0o600)
  } catch (error) {
    throw new CliError('usage', `Nothing can be recorded in ${file}: ${messageOf(error)}`)
  }
}

/** Text if the bytes are text, so that it can be read; base64 otherwise, so that no byte is lost. */
function bodyMembers(body: Uint8Array): { readonly body: string } | { readonly bodyBase64: string } {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body) }
  } catch {
    return { bodyBase64: Buffer.from(body).toString('base64') }
  }
}
