// The receiver's manners: three requests that it must refuse, and one that it must accept twice.

import { advise } from '../../domain/diagnosis/advice.ts'
import { assertNever } from '../../domain/assert.ts'
import { diagnose } from '../../domain/diagnosis/diagnosis.ts'
import type { Outcome } from '../../domain/diagnosis/outcome.ts'
import { detailOfCheck, mannersChecks, receptionOf } from '../../domain/diagnosis/probe.ts'
import type { MannersCheck, ProbeStage } from '../../domain/diagnosis/probe.ts'
import {
  mannersAdvice,
  noAdvice,
  refusedByCrash,
  saysNothing,
  skipAdvice,
} from '../../domain/diagnosis/probe-advice.ts'
import type { ProbeRequest, ProbeRequests } from './requests.ts'
import { skipped } from './stages.ts'
import type { ProbeReport } from './stages.ts'

/** Far outside the windows of Sign (60 s) and of `webhook-signature` (300 s). */
const staleMs = 600_000

/** Ids are given out from 1400000001 on: these two belong to no one. */
const foreignAppIds = [1_399_999_999, 1_399_999_998] as const

/** Too little time for a request that should tell something. */
const leastMs = 100

export interface MannersWork {
  readonly report: ProbeReport
  readonly requests: ProbeRequests
  /** The request that was accepted. */
  readonly good: ProbeRequest
  /** The code that it was answered with. */
  readonly usualErrorCode: number
}

export async function checkManners(work: MannersWork): Promise<void> {
  for (const check of mannersChecks) work.report.add(await checkOne(work, check))
}

export function skipManners(report: ProbeReport, reason: 'not_reached'): void {
  for (const check of mannersChecks) report.add({ ...skipped('manners', reason, skipAdvice[reason]), check })
}

async function checkOne(work: MannersWork, check: MannersCheck): Promise<ProbeStage> {
  const { requests, good } = work
  if (good.tokens.length === 0 && check !== 'retry') {
    return { ...skipped('manners', 'no_token', skipAdvice.no_token), check }
  }
  if (requests.msLeft < leastMs) return { ...skipped('manners', 'out_of_time', skipAdvice.out_of_time), check }
  const outcome = await requests.send(requestFor(check, work))
  return check === 'retry' ? judgeRetry(outcome, work) : judgeRefusal(outcome, check, work)
}

function requestFor(check: MannersCheck, { requests, good }: MannersWork): ProbeRequest {
  // An event of its own each: a receiver that knows the event already might answer from memory.
  const fresh = requests.goodRequest()
  switch (check) {
    case 'wrong_sign':
      // The `webhook-signature` is wrong as well: a receiver may check either.
      return { ...fresh, tokens: [`not the token ${fresh.eventId}`] }
    case 'stale_time':
      return { ...fresh, signedBeforeMs: staleMs }
    case 'foreign_app':
      return { ...fresh, sdkAppId: good.sdkAppId === foreignAppIds[0] ? foreignAppIds[1] : foreignAppIds[0] }
    case 'retry':
      return { ...good, number: 2 }
    default:
      return assertNever(check)
  }
}

function judgeRefusal(
  outcome: Outcome,
  check: Exclude<MannersCheck, 'retry'>,
  { requests, usualErrorCode }: MannersWork,
): ProbeStage {
  const base = { stage: 'manners', check, ms: outcome.durationMs, evidence: outcome.evidence } as const
  const reception = receptionOf(outcome, usualErrorCode)
  switch (reception) {
    case 'accepted': {
      const detail = detailOfCheck[check]
      return { ...base, result: 'failed', detail, advice: mannersAdvice[detail] }
    }
    case 'refused':
      return { ...base, result: 'passed', detail: 'ok', advice: noAdvice }
    case 'crashed':
      return { ...base, result: 'passed', detail: 'ok', advice: refusedByCrash(outcome.evidence.status ?? 500) }
    case 'says_nothing': {
      const { detail } = diagnose(outcome, requests.event.phase)
      return { ...base, result: 'skipped', detail: 'says_nothing', advice: saysNothing(detail) }
    }
    default:
      return assertNever(reception)
  }
}

/** A retry is taken when it would be a success for a delivery. */
function judgeRetry(outcome: Outcome, { requests, usualErrorCode }: MannersWork): ProbeStage {
  const base = { stage: 'manners', check: 'retry', ms: outcome.durationMs } as const
  const diagnosis = diagnose(outcome, requests.event.phase)
  const evidence = { ...outcome.evidence, ...diagnosis.evidence }
  if (diagnosis.symptom === 'none') return { ...base, result: 'passed', detail: 'ok', evidence, advice: noAdvice }
  if (receptionOf(outcome, usualErrorCode) === 'says_nothing') {
    return { ...base, result: 'skipped', detail: 'says_nothing', evidence, advice: saysNothing(diagnosis.detail) }
  }
  const what = mannersAdvice.refuses_retry
  const { en, zh } = advise(diagnosis, evidence, { url: requests.target.url })
  const advice = { en: [...what.en, ...en], zh: [...what.zh, ...zh] }
  return { ...base, result: 'failed', detail: 'refuses_retry', evidence, advice }
}
