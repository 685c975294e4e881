// The stages of one probe as they come to be known: told one by one, in their order, each exactly once.

import { advise } from '../../domain/diagnosis/advice.ts'
import type { Advice } from '../../domain/diagnosis/advice.ts'
import type { Diagnosis } from '../../domain/diagnosis/diagnosis.ts'
import type { Evidence } from '../../domain/diagnosis/outcome.ts'
import { daysLeft, probeStages } from '../../domain/diagnosis/probe.ts'
import type { FirstStage, ProbeStage, ProbeStageName, SkipReason } from '../../domain/diagnosis/probe.ts'
import {
  certificateEndsSoon,
  dnsNotNeeded,
  fewDays,
  noAdvice,
  skipAdvice,
  tlsNotNeeded,
} from '../../domain/diagnosis/probe-advice.ts'

export interface ProbeReportDeps {
  readonly url: string
  readonly now: () => number
  /** Hears of each stage at once. */
  readonly onStage: (stage: ProbeStage) => void
}

export class ProbeReport {
  readonly stages: ProbeStage[] = []
  readonly #deps: ProbeReportDeps
  readonly #scheme: 'http' | 'https'

  constructor(deps: ProbeReportDeps) {
    this.#deps = deps
    this.#scheme = /^https:/i.test(deps.url) ? 'https' : 'http'
  }

  get scheme(): 'http' | 'https' {
    return this.#scheme
  }

  /** Whatever was not told yet and lies before this stage went well. */
  passUntil(stage: ProbeStageName, evidence: Evidence): void {
    for (const passed of this.#untold(stage)) this.add(this.#passed(passed, evidence))
  }

  /** A stage failed; those before it went well, those behind it were not reached. */
  fail(stage: FirstStage, diagnosis: Diagnosis, evidence: Evidence): void {
    this.passUntil(stage, evidence)
    this.add({
      stage,
      result: 'failed',
      ms: msOf(stage, evidence),
      detail: diagnosis.detail,
      evidence,
      advice: advise(diagnosis, evidence, { url: this.#deps.url }),
    })
    for (const left of this.#untold('manners')) this.add(skipped(left, 'not_reached', skipAdvice.not_reached))
  }

  /** The packet was read, which ends the first request. */
  passReply(evidence: Evidence, advice: Advice): void {
    this.passUntil('reply', evidence)
    this.add({ ...this.#passed('reply', evidence), advice })
  }

  add(stage: ProbeStage): void {
    this.stages.push(stage)
    this.#deps.onStage(stage)
  }

  #untold(until: ProbeStageName): readonly FirstStage[] {
    return probeStages
      .slice(this.stages.length, probeStages.indexOf(until))
      .filter((stage): stage is FirstStage => stage !== 'manners')
  }

  #passed(stage: FirstStage, evidence: Evidence): ProbeStage {
    if (stage === 'dns' && evidence.phaseMs.resolve === undefined) return skipped(stage, 'not_needed', dnsNotNeeded)
    if (stage === 'tls' && this.#scheme === 'http') return skipped(stage, 'not_needed', tlsNotNeeded)
    const facts = stage === 'tls' ? this.#withDaysLeft(evidence) : evidence
    const days = facts.certificateDaysLeft
    const advice = stage === 'tls' && days !== undefined && days < fewDays ? certificateEndsSoon(days) : noAdvice
    const ms = msOf(stage, evidence)
    return { stage, result: 'passed', ms, detail: 'ok', evidence: stageEvidence(stage, facts), advice }
  }

  #withDaysLeft(evidence: Evidence): Evidence {
    const { certificate } = evidence
    if (certificate === undefined) return evidence
    return { ...evidence, certificateDaysLeft: daysLeft(certificate.notAfter, this.#deps.now()) }
  }
}

/** A stage that was left out, and why. */
export function skipped(stage: ProbeStageName, detail: SkipReason, advice: Advice): ProbeStage {
  return { stage, result: 'skipped', ms: 0, detail, evidence: undefined, advice }
}

/** What each stage that went well has to show; one that failed shows everything. */
const factNames: Readonly<Record<FirstStage, readonly (keyof Evidence)[]>> = {
  text: [],
  dns: ['resolver', 'addresses'],
  address: ['addresses'],
  tcp: ['dialled', 'local', 'proxy'],
  tls: ['tlsProtocol', 'certificate', 'certificateDaysLeft'],
  request: ['target', 'requestHeaders'],
  status: ['status', 'responseHeaders'],
  json: ['bodyBytes'],
  reply: ['bodyStart', 'bodyBytes'],
}

function stageEvidence(stage: FirstStage, evidence: Evidence): Evidence {
  const { phase, phaseMs } = evidence
  const facts = factNames[stage].map((name) => [name, evidence[name]] as const)
  return { phase, phaseMs, ...Object.fromEntries(facts.filter(([, fact]) => fact !== undefined)) }
}

function msOf(stage: FirstStage, { phaseMs }: Evidence): number {
  switch (stage) {
    case 'dns':
      return phaseMs.resolve ?? 0
    case 'tcp':
      return phaseMs.connect ?? 0
    case 'tls':
      return phaseMs.tls ?? 0
    case 'request':
      return (phaseMs.write ?? 0) + (phaseMs.first_byte ?? 0)
    case 'json':
      return phaseMs.body ?? 0
    case 'text':
    case 'address':
    case 'status':
    case 'reply':
      return 0
    default:
      return stage satisfies never
  }
}
