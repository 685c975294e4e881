// The calm feed of `livehook dev`: a line per delivery that ended or failed, in plain words.

import { styleText } from 'node:util'
import { symptomSentence } from '../../domain/advice.ts'
import type { ServiceEvents } from '../../observe/events.ts'
import type { DeliverySummary } from '../../store/port.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'

/** @returns a function that ends the feed */
export function showFeed(events: ServiceEvents, io: CliIo): () => void {
  return events.listen((event) => {
    if (event.kind === 'settled') line(io.stdout, feedLine(event.delivery, event.at, colourOf(io)))
  })
}

type Colour = (colour: 'green' | 'yellow' | 'red' | 'dim', text: string) => string

function colourOf(io: CliIo): Colour {
  const coloured = io.stdout.isTTY === true && (io.environment['NO_COLOR'] ?? '') === ''
  return coloured ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_colour, text) => text
}

/** One delivery on one line: when, how it stands, what, and why if it failed. */
export function feedLine(delivery: DeliverySummary, at: number, colour: Colour): string {
  const clock = colour('dim', new Date(at).toTimeString().slice(0, 8))
  const command = delivery.command.padEnd(40)
  const attempt = delivery.lastAttempt
  if (attempt === null) return `${clock}  ${delivery.state.padEnd(9)}  ${command}`
  if (delivery.state === 'succeeded') {
    return `${clock}  ${colour('green', 'delivered')}  ${command}  ${colour('dim', `${Math.round(attempt.durationMs)} ms`)}`
  }
  const why = `${symptomSentence(attempt.symptom).en} ${colour('dim', attempt.detail)}`
  if (delivery.dueAt === null) {
    return `${clock}  ${colour('red', 'dead     ')}  ${command}  ${why}, given up after attempt ${attempt.number}`
  }
  const seconds = Math.max(1, Math.round((delivery.dueAt - at) / 1000))
  return `${clock}  ${colour('yellow', 'failed   ')}  ${command}  ${why}, next attempt in ${seconds} s`
}
