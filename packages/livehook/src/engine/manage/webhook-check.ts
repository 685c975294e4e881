// What stands against a registration, without registering it: for a form that tells while it is filled in. Each member is
// checked by itself, so that a wrong URL does not hide a wrong command.

import { joinUrl } from '@livehook/protocol/node'
import type { Spelling } from '@livehook/protocol'
import { findCommand } from '@livehook/protocol/catalogue'
import type { CustomCommand } from '@livehook/protocol/catalogue'
import type { Advice } from '../../domain/diagnosis/advice.ts'
import { advise, symptomSentence } from '../../domain/diagnosis/advice.ts'
import { diagnose } from '../../domain/diagnosis/diagnosis.ts'
import type { Diagnosis } from '../../domain/diagnosis/diagnosis.ts'
import { explainRefusal, isUrlReason } from '../../domain/egress/reasons.ts'
import type { EgressReason } from '../../domain/egress/policy.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import { displayText } from '../../domain/diagnosis/shell-word.ts'
import type { Egress } from '../../egress/port.ts'
import { chooseCommand } from '../wire/sample-event.ts'

/** Runs every check and keeps what they refused. Anything else that they throw is a bug and goes on. */
export function refusalsOf(checks: readonly (() => void)[]): readonly ServiceError[] {
  return checks.flatMap((check) => {
    try {
      check()
      return []
    } catch (error) {
      if (error instanceof ServiceError) return [error]
      throw error
    }
  })
}

/**
 * Why a URL is refused, in both languages: the failure table's sentence if the place may not be dialled.
 * @param url as it was typed; shown with what is invisible in it written out
 */
export function adviseUrlRefusal(reason: EgressReason, url: string): Advice {
  const { en, zh } = explainRefusal(reason, displayText(URL.canParse(url) ? new URL(url).hostname : url))
  if (isUrlReason(reason)) return { en: [en], zh: [zh] }
  const sentence = symptomSentence('times_out')
  return { en: [sentence.en, en], zh: [sentence.zh, zh] }
}

/** What stands between the service and a URL's host, before anything is called. */
export interface Destination extends Diagnosis {
  readonly reason: EgressReason | undefined
  readonly advice: Advice
}

/** DNS answers in milliseconds or not at all; a person waits for this. */
const lookUpTimeoutMs = 3000

/**
 * Whether an attempt would get as far as dialling: decided by what decides it for attempts, and said in the same words.
 * @param url one that may be registered
 */
export async function findDestination(egress: Pick<Egress, 'lookUp'>, url: string): Promise<Destination> {
  const outcome = await egress.lookUp(url, lookUpTimeoutMs)
  if (outcome === undefined) return { symptom: 'none', detail: 'ok', reason: undefined, advice: { en: [], zh: [] } }
  const { symptom, detail } = diagnose(outcome, 'after')
  return {
    symptom,
    detail,
    reason: outcome.evidence.reason,
    advice: advise({ symptom, detail }, outcome.evidence, { url }),
  }
}

export interface ExampleSettings {
  readonly url: string
  readonly sdkAppId: number
  readonly spelling: Spelling
  readonly contentType: boolean
  /** Command words and patterns that the webhook has, or is to have. */
  readonly commands: readonly string[]
  /** The app's own commands. */
  readonly customs: readonly CustomCommand[]
  /** Whether there is a token, so that requests are signed. */
  readonly isSigned: boolean
  /** Epoch milliseconds. */
  readonly now: number
}

/** An address that documentation may use (RFC 5737). */
const exampleClientIp = '203.0.113.9'

/**
 * The whole URL that a request of this webhook would have, for a person to look at; the value of Sign is left out.
 * @param settings with a URL that may be registered
 */
export function exampleRequestUrl(settings: ExampleSettings): string {
  const command = chooseCommand(settings.commands, settings.customs)
  const custom = settings.customs.find((each) => each.command === command)
  const carries = (findCommand(command) ?? custom)?.carries
  return joinUrl(settings.url, {
    sdkAppId: settings.sdkAppId,
    spelling: settings.spelling,
    contentType: settings.contentType,
    command,
    clientIp: exampleClientIp,
    optPlatform: 'RESTAPI',
    ...(carries === undefined ? {} : { carries }),
    ...(settings.isSigned ? { sign: '***', requestTime: String(Math.floor(settings.now / 1000)) } : {}),
  })
}
