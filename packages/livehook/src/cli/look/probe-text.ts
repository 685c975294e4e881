// A probe as a person reads it in a terminal: one line a stage, and under it what to do.

import { displayText } from '../../domain/diagnosis/shell-word.ts'
import type { Evidence, ProbeStage } from '../../http/contract/contract.ts'
import type { Paint } from '../terminal/paint.ts'

export type Language = 'en' | 'zh'

const colourOf = { passed: 'green', failed: 'red', skipped: 'dim' } as const

const stageNames: Readonly<Record<Exclude<ProbeStage['stage'], 'manners'>, string>> = {
  text: 'URL',
  dns: 'DNS',
  address: 'address',
  tcp: 'TCP',
  tls: 'TLS',
  request: 'request',
  status: 'status',
  json: 'JSON',
  reply: 'reply',
}

const checkNames: Readonly<Record<NonNullable<ProbeStage['check']>, string>> = {
  wrong_sign: 'refuses a wrong Sign',
  stale_time: 'refuses an old RequestTime',
  foreign_app: 'refuses another SdkAppId',
  retry: 'accepts a retry',
}

/** What a stage is called in the terminal. */
export function nameOf({ stage, check }: ProbeStage): string {
  if (stage === 'manners') return check === undefined ? stage : checkNames[check]
  return stageNames[stage]
}

/**
 * The lines that tell a stage. None for one that was not reached: `leftLine` tells them together.
 * @param look.paint colours, or not
 */
export function stageLines(stage: ProbeStage, look: { readonly paint: Paint; readonly language: Language }): string[] {
  if (stage.detail === 'not_reached') return []
  const { paint, language } = look
  const result = paint(colourOf[stage.result], stage.result.padEnd(7))
  const name = nameOf(stage)
  const ms = stage.ms === 0 ? '' : `${stage.ms < 10 ? stage.ms.toFixed(1) : Math.round(stage.ms)} ms`
  const facts = [stage.result === 'passed' ? '' : stage.detail, stageFacts(stage)]
    .filter((fact) => fact !== '')
    .join(' · ')
  const line = `  ${result}  ${name.padEnd(stage.stage === 'manners' ? 27 : 8)} ${ms.padStart(8)}  ${facts}`.trimEnd()
  return [line, ...stage.advice[language].map((sentence) => `             ${tone(stage, paint, sentence)}`)]
}

/** The line that tells what was not reached, where something was not. */
export function leftLine(stages: readonly ProbeStage[], paint: Paint): string[] {
  const left = stages.filter(({ detail }) => detail === 'not_reached')
  if (left.length === 0) return []
  const names = left.filter(({ stage }) => stage !== 'manners').map(nameOf)
  return [`  ${paint('dim', 'skipped')}  ${[...names, 'manners'].join(', ')}: not reached`]
}

/** A receiver that takes forged events is said in red, not only counted. */
function tone(stage: ProbeStage, paint: Paint, sentence: string): string {
  if (stage.result === 'failed') return stage.stage === 'manners' ? paint('red', sentence) : sentence
  return paint('dim', sentence)
}

function stageFacts({ stage, evidence }: ProbeStage): string {
  if (evidence === null) return ''
  switch (stage) {
    case 'dns':
      return resolved(evidence)
    case 'address':
      return evidence.reason === undefined ? '' : `${evidence.reason} ${shown(evidence.refusedAddress)}`.trimEnd()
    case 'tcp':
      return shown(evidence.dialled) + (evidence.proxy === undefined ? '' : ` through ${shown(evidence.proxy)}`)
    case 'tls':
      return certified(evidence)
    case 'request':
      return evidence.target === undefined ? '' : `POST ${shown(evidence.target)}`
    case 'status':
      return shown(evidence.status)
    case 'json':
      return evidence.bodyBytes === undefined ? '' : `${evidence.bodyBytes} bytes`
    case 'reply':
      return shown(evidence.bodyStart?.slice(0, maxShownBody))
    case 'manners':
      return evidence.status === undefined ? '' : `answered ${evidence.status}`
    case 'text':
      return shown(evidence.reason)
    default:
      return stage satisfies never
  }
}

/** Of a packet only the beginning is worth a line. */
const maxShownBody = 100

function resolved({ addresses, resolver }: Evidence): string {
  const from = resolver === undefined ? '' : ` (asked ${shown(resolver)})`
  return `${shown(addresses?.join(', '))}${from}`.trimStart()
}

function certified({ tlsProtocol, certificate, certificateDaysLeft: days }: Evidence): string {
  if (certificate === undefined) return shown(tlsProtocol)
  const chain = `chain of ${certificate.chainLength}`
  const end = days === undefined ? `valid until ${certificate.notAfter.slice(0, 10)}` : `${days} days left`
  const facts = [tlsProtocol, certificate.subject, `by ${certificate.issuer}`, chain, end]
  return shown(facts.filter((fact) => fact !== undefined).join(', '))
}

/** Text of the far side must not drive the terminal. */
function shown(fact: string | number | undefined): string {
  return fact === undefined ? '' : displayText(String(fact))
}
