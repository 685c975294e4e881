// The probe: the same question as a delivery, asked step by step, by the same guard, dialler, exchange and signer. It is
// counted nowhere: no delivery, no health, no breaker hears of it. In reading order: here, sample-event.ts,
// requests.ts, stages.ts, manners.ts.

import { readReply } from '@livehook/protocol/node'
import { diagnose } from '../../domain/diagnosis/diagnosis.ts'
import type { AnsweredOutcome, Evidence, Outcome } from '../../domain/diagnosis/outcome.ts'
import { failedStage, stageUnderWay } from '../../domain/diagnosis/probe.ts'
import type { Probe, ProbeStage } from '../../domain/diagnosis/probe.ts'
import { noAdvice, replyWithCode, replyWithoutCode } from '../../domain/diagnosis/probe-advice.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import { checkManners, skipManners } from './manners.ts'
import { ProbeRequests } from './requests.ts'
import type { ProbeRequestDeps, ProbeTarget } from './requests.ts'
import { ProbeReport } from './stages.ts'
import { sampleEvent } from '../wire/sample-event.ts'
import type { SampleEvent } from '../wire/sample-event.ts'

export interface ProbeWishes {
  /** The command whose sample is sent; one that the webhook is subscribed to if it is left out. */
  readonly command?: string | undefined
  /** Hears of each stage as it ends. Must not throw. */
  readonly onStage?: (stage: ProbeStage) => void
  /** Ends the probe early. */
  readonly signal?: AbortSignal
}

export interface Prober {
  /**
   * Probes a webhook, in at most 60 seconds.
   * @throws ServiceError `too_many_requests` while another probe of the same webhook runs, `unknown_command`; both before
   *   anything was sent
   */
  probe(target: ProbeTarget, wishes?: ProbeWishes): Promise<Probe>
  /** Ends the probes that are under way: the service is stopping. */
  stop(): void
}

export function createProber(deps: ProbeRequestDeps): Prober {
  const running = new Set<string>()
  const stop = new AbortController()
  return {
    async probe(target, wishes = {}) {
      const { webhookId, commands: subscribed } = target
      if (running.has(webhookId)) {
        throw new ServiceError('too_many_requests', 'This webhook is being probed already; wait for the result.', {
          retryAfterSeconds: 5,
        })
      }
      const customs = deps.customs.ofApp(target.sdkAppId).map(({ facts }) => facts)
      const event = sampleEvent({ command: wishes.command, subscribed, customs, at: deps.now() })
      running.add(webhookId)
      try {
        const signals = wishes.signal === undefined ? [stop.signal] : [stop.signal, wishes.signal]
        const requests = new ProbeRequests({ deps, target, event, signal: AbortSignal.any(signals) })
        const onStage = wishes.onStage ?? (() => undefined)
        return await runProbe(requests, new ProbeReport({ url: target.url, now: deps.now, onStage }))
      } finally {
        running.delete(webhookId)
      }
    },
    stop: () => stop.abort(),
  }
}

async function runProbe(requests: ProbeRequests, report: ProbeReport): Promise<Probe> {
  const good = requests.goodRequest()
  const outcome = await requests.send({
    ...good,
    onPhase: (evidence) => report.passUntil(stageUnderWay(evidence.phase, report.scheme), evidence),
  })
  const errorCode = tellFirstRequest(report, { outcome, event: requests.event })
  if (errorCode === undefined) skipManners(report, 'not_reached')
  else await checkManners({ report, requests, good, usualErrorCode: errorCode })
  return { stages: report.stages, ok: report.stages.every(({ result }) => result !== 'failed') }
}

/** @returns the packet's code (0 if it has none), or `undefined` if the request failed */
function tellFirstRequest(
  report: ProbeReport,
  { outcome, event }: { readonly outcome: Outcome; readonly event: SampleEvent },
): number | undefined {
  const diagnosis = diagnose(outcome, event.phase)
  const evidence = { ...outcome.evidence, ...diagnosis.evidence }
  const failed = failedStage(outcome, diagnosis)
  if (failed !== undefined || outcome.kind !== 'answered') {
    report.fail(failed ?? 'request', diagnosis, evidence)
    return undefined
  }
  return tellReply(report, { outcome, evidence, phase: event.phase })
}

function tellReply(
  report: ProbeReport,
  read: { readonly outcome: AnsweredOutcome; readonly evidence: Evidence; readonly phase: SampleEvent['phase'] },
): number {
  const reply = readReply(read.outcome.body)
  if (reply.kind !== 'packet') {
    report.passReply(read.evidence, replyWithoutCode)
    return 0
  }
  const { errorCode } = reply
  report.passReply(read.evidence, errorCode === 0 ? noAdvice : replyWithCode(errorCode, read.phase))
  return errorCode
}
