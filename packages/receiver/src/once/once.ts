// The second request gets the reply of the first. Within a process requests for the same event share one run; between processes
// the store decides who runs.

import type { NaturalKeys } from '@livehook/protocol/commands'
import type { Verified } from '../handlers/event.ts'
import type { OnceStore } from './store.ts'
import type { RunResult } from '../handlers/run-result.ts'

export interface Once {
  /**
   * Runs the work, unless the key was done or is running: then its reply is waited for.
   * @param key `undefined`: the work is run in any case
   */
  run(key: string | undefined, work: () => Promise<RunResult>): Promise<RunResult>
}

export interface OnceSettings {
  readonly isOff: boolean
  /** Milliseconds. */
  readonly keepMs: number
  /** Milliseconds. */
  readonly leaseMs: number
  readonly withoutId: 'natural_key' | 'body' | 'off'
}

export interface OnceDeps {
  readonly store: OnceStore
  readonly settings: { readonly once: OnceSettings; readonly random: () => number }
  /** Is told of errors of the store. */
  readonly failed: (error: unknown) => void
}

export function createOnce({ store, settings, failed }: OnceDeps): Once {
  const { keepMs, leaseMs } = settings.once
  const running = new Map<string, Promise<RunResult>>()

  const runTaken = async (key: string, work: () => Promise<RunResult>): Promise<RunResult> => {
    const result = await work()
    try {
      if (result.kind === 'replied') await store.keep(key, result.reply, keepMs)
      else await store.release(key)
    } catch (error) {
      // The work is done and its reply is right; what is lost is that a repetition would know it.
      failed(error)
    }
    return result
  }

  const takeAndRun = async (key: string, work: () => Promise<RunResult>): Promise<RunResult> => {
    for (;;) {
      let taken
      try {
        taken = await store.take(key, leaseMs)
      } catch (error) {
        // Fails closed: whether this is a repetition is not known, and the platform comes again or does what it does about silence.
        failed(error)
        return { kind: 'failed', reason: 'once_store', error }
      }
      if (taken.kind === 'taken') return runTaken(key, work)
      if (taken.kind === 'done') return { kind: 'replied', reply: taken.reply, decision: 'repeated' }
      // Another process has it. It ends there, or its lease does.
      await new Promise((resolve) => setTimeout(resolve, 50 + settings.random() * 50))
    }
  }

  return {
    async run(key, work) {
      if (key === undefined) return work()
      const shared = running.get(key)
      if (shared !== undefined) {
        const result = await shared
        return result.kind === 'replied' ? { ...result, decision: 'repeated' } : result
      }
      const run = takeAndRun(key, work)
      running.set(key, run)
      try {
        return await run
      } finally {
        running.delete(key)
      }
    },
  }
}

/** What makes two requests the same. */
export interface Identity {
  readonly sdkAppId: number
  readonly command: string
  readonly eventId?: string
  readonly verified: Verified
  readonly keys: NaturalKeys
  readonly bytes: Uint8Array
}

/**
 * The key of an event. If the body signature was checked, `webhook-id` is covered by it and is enough. Otherwise an id is only a
 * claim: anyone with a valid `Sign` can guess one, so it counts together with the bytes it came with, and never in the place of a
 * proven one. Without an id it is what the body says it is, with the bytes. Never `Sign`, which all requests of a second share.
 * @returns `undefined` if nothing tells a repetition from a second event
 */
export async function onceKey(
  { sdkAppId, command, eventId, verified, keys, bytes }: Identity,
  { isOff, withoutId }: OnceSettings,
): Promise<string | undefined> {
  if (isOff) return undefined
  const isProven = verified === 'body'
  const from = `${sdkAppId}/${verified}/`
  const id = eventId === undefined ? '' : `/id/${eventId}`
  if (id !== '' && isProven) return from + command + id
  const { identity = withoutId === 'body' ? command : undefined } = withoutId === 'off' ? {} : keys
  const what = id === '' ? identity : command
  if (what === undefined) return undefined
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  // The id comes last: nothing that a sender can put into it makes the key of another request.
  return `${from}${what}/${hash}${id}`
}
