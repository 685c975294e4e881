// livehook decisions ls|get|tail.

import type { Decision, DecisionDetail, StreamEvent } from '../../http/contract/contract.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import type { Paint } from '../terminal/paint.ts'
import { paintFor } from '../terminal/paint.ts'
import { printLines, shownTime } from '../terminal/lines.ts'
import { decisionText } from '../terminal/verdict-text.ts'
import { wholeNumber } from '../input/whole-number.ts'
import type { ListingOptions } from './listing.ts'
import { readPages, showListing } from './listing.ts'

export interface DecisionOptions extends ListingOptions {
  readonly app?: string
  readonly verdict?: string
  readonly command?: string
  readonly decidedBy?: string
  readonly webhook?: string
  readonly limit?: string
}

export async function listDecisions(options: DecisionOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  const limit = wholeNumber(options.limit, { name: '--limit', fallback: 50, most: 100_000 })
  const path = `/v1/apps/${await chooseApp(client, options.app)}/decisions`
  const { verdict, command, decidedBy, webhook } = options
  const filter: Record<string, string> = {
    ...(verdict === undefined ? {} : { verdict }),
    ...(command === undefined ? {} : { command }),
    ...(decidedBy === undefined ? {} : { decidedBy }),
    ...(webhook === undefined ? {} : { webhookId: webhook }),
  }
  await showListing<Decision>(
    {
      head: ['AT', 'DECISION', 'WEBHOOK', 'COMMAND', 'VERDICT'],
      row: (decision, { paint, time }) => [
        time(decision.createdAt),
        decision.decisionId,
        decision.webhookId ?? '',
        decision.command,
        paintVerdict(decision, paint),
      ],
      read: () => readPages<Decision>(client, path, { query: new URLSearchParams(filter), limit }),
      empty: 'No decision passes this filter.',
    },
    options,
    io,
  )
}

function paintVerdict(decision: Decision, paint: Paint): string {
  const text = decisionText(decision)
  if (decision.decidedBy === 'policy') return paint('yellow', text)
  return decision.verdict === 'allow' ? paint('green', text) : paint('red', text)
}

export async function showDecision(decisionId: string, options: ListingOptions, io: CliIo): Promise<void> {
  const path = `/v1/decisions/${encodeURIComponent(decisionId)}`
  const decision = await clientFromEnvironment(io).get<DecisionDetail>(path)
  if (options.json === true) {
    line(io.stdout, JSON.stringify(decision))
    return
  }
  const { command, createdAt, webhookId, replaced, advice } = decision
  printLines(io, [
    `${decision.decisionId}  ${paintVerdict(decision, paintFor(io.stdout, io.environment))}`,
    `${command}, asked ${createdAt}${webhookId === null ? ', no webhook' : ` of ${webhookId}`}`,
    ...replaced.map(({ pointer, from = 'nothing', to = 'nothing' }) => `replaced ${pointer}: ${from} → ${to}`),
    ...advice.en.map((sentence) => `  ${sentence}`),
  ])
}

export async function tailDecisions(options: DecisionOptions, io: CliIo): Promise<void> {
  const client = clientFromEnvironment(io)
  const sdkAppId = await chooseApp(client, options.app)
  const paint = paintFor(io.stdout, io.environment)
  try {
    for await (const { data } of client.getStream(`/v1/stream?sdkAppId=${sdkAppId}`, io.stop)) {
      const event: StreamEvent = JSON.parse(data)
      if (event.kind !== 'decided' || !isWanted(event.decision, options)) continue
      const { at, decision } = event
      if (options.json === true) line(io.stdout, JSON.stringify(event))
      else {
        const time = paint('dim', shownTime(at, { io, now: Date.now() }))
        printLines(io, [`${time}  ${decision.decisionId}  ${decision.command}  ${paintVerdict(decision, paint)}`])
      }
    }
  } catch (error) {
    // Ctrl-C ends the stream from our side.
    if (!io.stop.aborted) throw error
  }
  if (!io.stop.aborted) throw new CliError('unreachable', 'The service ended the stream; it is probably stopping.')
}

function isWanted(decision: Decision, { verdict, command, decidedBy, webhook }: DecisionOptions): boolean {
  return (
    (verdict === undefined || verdict === decision.verdict) &&
    (command === undefined || command === decision.command) &&
    (decidedBy === undefined || decidedBy === decision.decidedBy) &&
    (webhook === undefined || webhook === decision.webhookId)
  )
}
