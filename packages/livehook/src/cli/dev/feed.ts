// The calm feed of `livehook dev`: a line per delivery that ended or failed and per ask, in plain words.

import { styleText } from 'node:util'
import { symptomSentence } from '../../domain/advice.ts'
import type { Service } from '../../service.ts'
import type { DeliverySummary } from '../../store/port.ts'
import type { DecisionSummary } from '../../store/port-decisions.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import { decisionText } from '../verdict-text.ts'

/** @returns a function that ends the feed */
export function showFeed(service: Pick<Service, 'events' | 'webhooks'>, io: CliIo): () => void {
  const colour = colourOf(io)
  return service.events.listen((event) => {
    if (event.kind === 'decided') {
      const webhook = service.webhooks.get(event.decision.webhookId ?? '')?.name ?? 'nobody'
      line(io.stdout, askedLine({ decision: event.decision, webhook, at: event.at }, colour))
    }
    if (event.kind !== 'settled') return
    const webhook = service.webhooks.get(event.delivery.webhookId)?.name ?? 'a webhook that is gone'
    line(io.stdout, feedLine({ delivery: event.delivery, webhook, at: event.at }, colour))
  })
}

type Colour = (colour: 'green' | 'yellow' | 'red' | 'dim', text: string) => string

function colourOf(io: CliIo): Colour {
  const coloured = io.stdout.isTTY === true && (io.environment['NO_COLOR'] ?? '') === ''
  return coloured ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_colour, text) => text
}

interface FeedItem {
  readonly delivery: DeliverySummary
  /** Its name. */
  readonly webhook: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** One ask on one line: when, what, who was asked, and the verdict. */
function askedLine(
  item: { readonly decision: DecisionSummary; readonly webhook: string; readonly at: number },
  colour: Colour,
): string {
  const { decision, webhook, at } = item
  const clock = colour('dim', new Date(at).toTimeString().slice(0, 8))
  const what = `${decision.command.padEnd(36)} → ${webhook}`
  return `${clock}  ${colour(decision.decidedBy === 'app' ? 'green' : 'yellow', 'asked    ')}  ${what}: ${decisionText(decision)}`
}

/** One delivery on one line: when, how it stands, what, where to, and why if it failed. */
function feedLine({ delivery, webhook, at }: FeedItem, colour: Colour): string {
  const clock = colour('dim', new Date(at).toTimeString().slice(0, 8))
  const what = `${delivery.command.padEnd(36)} → ${webhook}`
  const attempt = delivery.lastAttempt
  if (attempt === null || delivery.state === 'succeeded') {
    const duration = attempt === null ? '' : colour('dim', `  ${Math.round(attempt.durationMs)} ms`)
    return `${clock}  ${colour('green', 'delivered')}  ${what}${duration}`
  }
  const sentence = symptomSentence(attempt.symptom).en.replace(/\.$/, '')
  const why = `${sentence} ${colour('dim', `(${attempt.detail})`)}`
  if (delivery.dueAt === null) {
    return `${clock}  ${colour('red', 'dead     ')}  ${what}: ${why}; given up after attempt ${attempt.number}`
  }
  const seconds = Math.max(1, Math.round((delivery.dueAt - at) / 1000))
  return `${clock}  ${colour('yellow', 'failed   ')}  ${what}: ${why}; next attempt in ${seconds} s`
}
