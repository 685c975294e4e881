// The calm feed of `livehook dev`: a line per delivery that ended or failed and per ask, in plain words.

import { symptomSentence } from '../../domain/diagnosis/advice.ts'
import type { Service } from '../../service-types.ts'
import type { DeliverySummary } from '../../store/port/deliveries.ts'
import type { DecisionSummary } from '../../store/port/decisions.ts'
import type { CliIo } from '../io.ts'
import type { Paint } from '../terminal/paint.ts'
import { printLines } from '../terminal/lines.ts'
import { paintFor } from '../terminal/paint.ts'
import { decisionText } from '../terminal/verdict-text.ts'

/** @returns a function that ends the feed */
export function showFeed(service: Pick<Service, 'events' | 'webhooks'>, io: CliIo): () => void {
  const paint = paintFor(io.stdout, io.environment)
  return service.events.listen((event) => {
    if (event.kind === 'decided') {
      const webhook = service.webhooks.get(event.decision.webhookId ?? '')?.name ?? 'no one'
      printLines(io, [askedLine({ decision: event.decision, webhook, at: event.at }, paint)])
    }
    if (event.kind !== 'settled') return
    const webhook = service.webhooks.get(event.delivery.webhookId)?.name ?? 'a webhook that is gone'
    printLines(io, [feedLine({ delivery: event.delivery, webhook, at: event.at }, paint)])
  })
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
  paint: Paint,
): string {
  const { decision, webhook, at } = item
  const clock = paint('dim', new Date(at).toTimeString().slice(0, 8))
  const what = `${decision.command.padEnd(36)} → ${webhook}`
  return `${clock}  ${paint(decision.decidedBy === 'app' ? 'green' : 'yellow', 'asked    ')}  ${what}: ${decisionText(decision)}`
}

/** One delivery on one line: when, how it stands, what, where to, and why if it failed. */
function feedLine({ delivery, webhook, at }: FeedItem, paint: Paint): string {
  const clock = paint('dim', new Date(at).toTimeString().slice(0, 8))
  const what = `${delivery.command.padEnd(36)} → ${webhook}`
  const attempt = delivery.lastAttempt
  if (attempt === null || delivery.state === 'succeeded') {
    const duration = attempt === null ? '' : paint('dim', `  ${Math.round(attempt.durationMs)} ms`)
    return `${clock}  ${paint('green', 'succeeded')}  ${what}${duration}`
  }
  const sentence = symptomSentence(attempt.symptom).en.replace(/\.$/, '')
  const why = `${sentence} ${paint('dim', `(${attempt.detail})`)}`
  if (delivery.dueAt === null) {
    return `${clock}  ${paint('red', 'dead     ')}  ${what}: ${why}; given up after attempt ${attempt.number}`
  }
  const seconds = Math.max(1, Math.round((delivery.dueAt - at) / 1000))
  return `${clock}  ${paint('yellow', 'pending  ')}  ${what}: ${why}; next attempt in ${seconds} s`
}
