// What `livehook verify` checks, step by step. Whether a request is good is decided by the protocol's own two checks;
// here their answers are told; sign-causes.ts and signature-causes.ts look for what people get wrong.

import { checkSign, checkSignature, parseRequest } from '@livehook/protocol/node'
import type { SignCheck, SignRefusal } from '@livehook/protocol/node'
import { ownHeaders, valueOf } from './received-request.ts'
import type { ReceivedRequest } from './received-request.ts'
import { causeOfBadSign } from './sign-causes.ts'
import { causeOfBadSignature } from './signature-causes.ts'

export interface VerificationStep {
  readonly check: 'parameters' | 'time' | 'form' | 'sign' | 'window' | 'app' | 'signature'
  readonly result: 'passed' | 'failed' | 'skipped'
  /** The reason's code if it failed. */
  readonly reason?: string
  /** What was found; if it failed the likely cause and what to do. */
  readonly says: readonly string[]
}

export interface Verification {
  readonly ok: boolean
  readonly steps: readonly VerificationStep[]
}

/** Checks a request as a receiver must, and tells each step. */
export function verifyRequest(request: ReceivedRequest): Verification {
  const check = checkSign({ tokens: request.tokens, query: request.query, now: request.now })
  const steps = [...signSteps(request, check), appStep(request, check), signatureStep(request, check)]
  return { ok: steps.every(({ result }) => result !== 'failed'), steps }
}

const signChecks = ['parameters', 'time', 'form', 'sign', 'window'] as const
type SignStep = (typeof signChecks)[number]

const stepOfRefusal: Readonly<Record<SignRefusal, SignStep>> = {
  // Tokens were checked when they were read.
  config_error: 'parameters',
  missing_sign: 'parameters',
  missing_time: 'parameters',
  duplicate_param: 'parameters',
  malformed_time: 'time',
  malformed_sign: 'form',
  bad_sign: 'sign',
  stale: 'window',
  future: 'window',
}

function signSteps(request: ReceivedRequest, check: SignCheck): VerificationStep[] {
  const failed = check.kind === 'refused' ? stepOfRefusal[check.reason] : undefined
  const failedAt = failed === undefined ? signChecks.length : signChecks.indexOf(failed)
  return signChecks.map((step, index) => {
    if (index < failedAt) return { check: step, result: 'passed', says: [passedFact(step, request, check)] }
    if (index > failedAt || check.kind !== 'refused') return { check: step, result: 'skipped', says: [] }
    return { check: step, result: 'failed', reason: check.reason, says: causeOfBadSign(check, request) }
  })
}

function passedFact(step: SignStep, { query, tokens, now }: ReceivedRequest, check: SignCheck): string {
  const requestTime = valueOf(query, 'RequestTime') ?? ''
  switch (step) {
    case 'parameters':
      return 'one Sign, one RequestTime'
    case 'time':
      return `${requestTime} is ${new Date(Number(requestTime) * 1000).toISOString().replace('.000', '')}`
    case 'form':
      return '64 lower-case hex digits'
    case 'sign': {
      const which = check.kind === 'verified' && tokens.length > 1 ? ` of token ${check.tokenIndex + 1}` : ''
      return `sha256(Token + RequestTime)${which}`
    }
    case 'window': {
      const seconds = Math.floor(now / 1000) - Number(requestTime)
      return `signed ${Math.abs(seconds)} s ${seconds < 0 ? 'ahead of' : 'before'} this clock; 60 are allowed`
    }
    default:
      return step satisfies never
  }
}

function appStep({ query, sdkAppId }: ReceivedRequest, check: SignCheck): VerificationStep {
  if (sdkAppId === undefined) return { check: 'app', result: 'skipped', says: ['no --sdk-app-id was given'] }
  if (check.kind !== 'verified') return { check: 'app', result: 'skipped', says: [] }
  const request = parseRequest(query)
  if (request.kind === 'refused') {
    const says = [`${request.parameter} is missing, stands twice or has no sensible value.`]
    return { check: 'app', result: 'failed', reason: request.reason, says }
  }
  if (request.sdkAppId === sdkAppId) return { check: 'app', result: 'passed', says: [`SdkAppId ${sdkAppId}`] }
  const says = [
    `The request is for app ${request.sdkAppId}, not ${sdkAppId}: Sign does not cover SdkAppId, so it must be compared.`,
  ]
  return { check: 'app', result: 'failed', reason: 'foreign_app', says }
}

function signatureStep(request: ReceivedRequest, signCheck: SignCheck): VerificationStep {
  const headers = ownHeaders(request)
  const skipped = (why: string): VerificationStep => ({ check: 'signature', result: 'skipped', says: [why] })
  if (Object.keys(headers).length === 0) return skipped('no webhook-… headers were given (--header)')
  const { body, tokens, now } = request
  if (body === undefined) return skipped('it covers the body, which was not given (--body @file)')
  const check = checkSignature({ tokens, headers, body, now })
  if (check.kind === 'verified') {
    const which = tokens.length > 1 ? `, token ${check.tokenIndex + 1}` : ''
    return {
      check: 'signature',
      result: 'passed',
      says: [`covers ${check.id} and ${body.length} bytes of body${which}`],
    }
  }
  const says = causeOfBadSignature(check, { ...request, body, isSignGood: signCheck.kind === 'verified' })
  return { check: 'signature', result: 'failed', reason: check.reason, says }
}
