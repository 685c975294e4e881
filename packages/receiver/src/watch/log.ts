// Trouble in sentences, few enough to be read: a flood of forged requests must not become a flood of lines.

import type { Observe, ReceiverEvent } from './observe.ts'

const maxLinesPerMinute = 60

export interface LogDeps {
  readonly write: (sentence: string) => void
  readonly now: () => number
}

/** Says what needs a person; what went well is not said. */
export function createLog({ write, now }: LogDeps): Observe {
  let minute = 0
  let lines = 0
  let unsaid = 0
  const saidOf = new Set<string>()
  return (event) => {
    const sentence = sentenceFor(event, saidOf)
    if (sentence === undefined) return
    const current = Math.floor(now() / 60_000)
    if (current !== minute) {
      minute = current
      lines = unsaid > 0 ? 1 : 0
      if (unsaid > 0) write(`webhook receiver: ${unsaid} more lines were left out in the minute before.`)
      unsaid = 0
    }
    if (lines >= maxLinesPerMinute) {
      unsaid += 1
      return
    }
    lines += 1
    write(`webhook receiver: ${sentence}.`)
  }
}

function sentenceFor(event: ReceiverEvent, saidOf: Set<string>): string | undefined {
  switch (event.kind) {
    case 'refused':
      return event.sentence
    case 'failed': {
      const why = event.error === undefined ? '' : `: ${event.error.stack ?? event.error.message}`
      return `${event.command} failed after ${Math.round(event.durationMs)} ms (${event.reason})${why}`
    }
    case 'timed_out':
      return `${event.command} was answered with ${event.decision} after ${Math.round(event.durationMs)} ms because the time was up`
    case 'finished_late': {
      const why = event.error === undefined ? '' : `: ${event.error.stack ?? event.error.message}`
      return event.result === 'failed' ? `${event.command} failed after its answer${why}` : undefined
    }
    case 'unhandled':
      if (saidOf.has(event.command)) return undefined
      // The words come from requests that were verified, but their number is not ours to trust.
      if (saidOf.size < 1000) saidOf.add(event.command)
      return `${event.command} has no handler (said once)`
    case 'broken':
      return `something broke that should not be able to: ${event.error.stack ?? event.error.message}`
    case 'once_store_failed':
      return `the store of replies failed: ${event.error.stack ?? event.error.message}`
    case 'answered':
    default:
      return undefined
  }
}
