// livehook verify <url>: says which check of a received request fails, and why.

import { isStdin, readBody } from '../input/body-source.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import type { VerifyOptions } from '../input/options.ts'
import { printLines } from '../terminal/lines.ts'
import { paintFor } from '../terminal/paint.ts'
import type { Paint } from '../terminal/paint.ts'
import { readTokens } from '../input/token.ts'
import { verifyRequest } from './verification.ts'
import type { VerificationStep } from './verification.ts'
import { readSdkAppId, readUnixSeconds } from '../input/whole-number.ts'

export async function verify(url: string, options: VerifyOptions, io: CliIo): Promise<void> {
  const fromStdin = [...(options.tokenFile ?? []), options.body].filter(isStdin)
  if (fromStdin.length > 1)
    throw new CliError('usage', 'Standard input can give one thing only: the body, or one token.')
  if (options.body !== undefined && !isStdin(options.body) && !options.body.startsWith('@')) {
    throw new CliError('usage', '--body takes @file, or - for standard input.')
  }
  const tokens = await readTokens(options.tokenFile, io)
  if (tokens.length === 0) {
    throw new CliError('usage', 'Which token? Give --token-file <file>, --token-file - or LIVEHOOK_TOKEN.')
  }
  const verification = verifyRequest({
    query: queryOf(url),
    headers: (options.header ?? []).map(parseHeader),
    body: options.body === undefined ? undefined : await readBody(options.body, io),
    tokens,
    sdkAppId: options.sdkAppId === undefined ? undefined : readSdkAppId(options.sdkAppId),
    now: options.at === undefined ? Date.now() : Number(readUnixSeconds(options.at)) * 1000,
  })
  if (options.json === true) line(io.stdout, JSON.stringify(verification))
  else show(verification.steps, io)
  const failed = verification.steps.find(({ result }) => result === 'failed')
  if (failed !== undefined) {
    throw new CliError('verificationFailed', `${names[failed.check]} (${failed.reason ?? ''}): ${failed.says[0] ?? ''}`)
  }
}

const names: Readonly<Record<VerificationStep['check'], string>> = {
  parameters: 'parameters',
  time: 'RequestTime',
  form: 'form of Sign',
  sign: 'Sign',
  window: 'time window',
  app: 'SdkAppId',
  signature: 'webhook-signature',
}

const colourOf = { passed: 'green', failed: 'red', skipped: 'dim' } as const

function show(steps: readonly VerificationStep[], io: CliIo): void {
  const paint = paintFor(io.stdout, io.environment)
  printLines(
    io,
    steps.flatMap((step) => stepLines(step, paint)),
  )
}

function stepLines({ check, result, says }: VerificationStep, paint: Paint): string[] {
  const head = `  ${paint(colourOf[result], result.padEnd(7))}  ${names[check].padEnd(17)}`
  if (result !== 'failed') return [`${head}  ${says.join(' ')}`.trimEnd()]
  return [head.trimEnd(), ...says.map((sentence) => `             ${sentence}`)]
}

/** A whole URL, a path with its query, or the query alone. */
function queryOf(url: string): string {
  const text = url.split('#')[0] ?? ''
  const mark = text.indexOf('?')
  if (mark >= 0) return text.slice(mark + 1)
  return text.includes('=') ? text : ''
}

function parseHeader(text: string): readonly [string, string] {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new CliError('usage', `--header takes 'name: value', not ${JSON.stringify(text)}.`)
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
}
