// livehook doctor <url>: the probe from this machine, without a service; with --webhook <id> the running service asks.

import { RegisteredUrlError } from '@livehook/protocol/node'
import { EgressPolicyError } from '../../domain/egress/policy.ts'
import { codeOf } from '../../domain/diagnosis/error-facts.ts'
import { ServiceError } from '../../domain/errors/service-error.ts'
import type { Probe, ProbeStage } from '../../http/contract/contract.ts'
import { probeFromHere } from '../../local-probe.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import type { CliIo } from '../io.ts'
import { CliError, line, stopped } from '../io.ts'
import type { DoctorOptions } from '../input/options.ts'
import { printLines } from '../terminal/lines.ts'
import { paintFor } from '../terminal/paint.ts'
import { leftLine, nameOf, stageLines } from './probe-text.ts'
import { readSettings } from '../service/settings.ts'
import { readToken } from '../input/token.ts'
import { readSdkAppId, wholeNumber } from '../input/whole-number.ts'

type OnStage = (stage: ProbeStage) => void

export async function doctor(url: string | undefined, options: DoctorOptions, io: CliIo): Promise<void> {
  const ask = chooseWay(url, options, io)
  const paint = paintFor(io.stdout, io.environment)
  const language = options.lang ?? 'en'
  const show: OnStage = (stage) => {
    printLines(io, stageLines(stage, { paint, language }))
  }
  const isJson = options.json === true
  if (!isJson) line(io.stdout, `${paint('bold', url ?? options.webhook ?? '')}\n`)
  const probe = await ask(isJson ? () => undefined : show)
  if (isJson) line(io.stdout, JSON.stringify(probe))
  else printLines(io, [...leftLine(probe.stages, paint), '', summary(probe)])
  if (io.stop.aborted) throw stopped(io.stop, 'Stopped before the probe was over.')
  throwWhereItFailed(probe, url === undefined ? '' : openingHint(probe, url))
}

function chooseWay(url: string | undefined, options: DoctorOptions, io: CliIo): (onStage: OnStage) => Promise<Probe> {
  if (options.webhook !== undefined) {
    if (url !== undefined) throw new CliError('usage', 'Name a URL or --webhook, not both.')
    return (onStage) => askService(options.webhook ?? '', { options, io, onStage })
  }
  if (url === undefined) {
    throw new CliError('usage', 'Which URL? `livehook doctor https://…`, or --webhook <id> for a registered one.')
  }
  return (onStage) => askHere(url, { options, io, onStage })
}

interface Asking {
  readonly options: DoctorOptions
  readonly io: CliIo
  readonly onStage: OnStage
}

async function askHere(url: string, { options, io, onStage }: Asking): Promise<Probe> {
  const { egressAllow, dns } = options
  const settings = readSettings(
    { ...(egressAllow === undefined ? {} : { egressAllow }), ...(dns === undefined ? {} : { dns }) },
    io,
  )
  const token = await readToken(options.tokenFile, io)
  try {
    return await probeFromHere({
      url,
      tokens: token === undefined ? [] : [token],
      command: options.command,
      sdkAppId: readSdkAppId(options.sdkAppId),
      spelling: options.spelling ?? 'webhook',
      timeoutMs: wholeNumber(options.timeoutMs, { name: '--timeout-ms', fallback: 5000, least: 100, most: 30_000 }),
      egressAllow: settings.egressAllow,
      proxy: settings.egressProxy,
      dns: settings.dns,
      version: io.version,
      onStage,
      signal: io.stop,
    })
  } catch (error) {
    throw explain(error)
  }
}

function explain(error: unknown): unknown {
  if (error instanceof EgressPolicyError) {
    return new CliError('configuration', `--egress-allow (LIVEHOOK_EGRESS_ALLOW): ${error.message}`)
  }
  if (codeOf(error) === 'ERR_INVALID_IP_ADDRESS') {
    return new CliError('configuration', '--dns (LIVEHOOK_DNS) takes addresses such as 10.0.0.2 or 127.0.0.1:5353.')
  }
  if (error instanceof ServiceError || error instanceof RegisteredUrlError) return new CliError('usage', error.message)
  return error
}

async function askService(webhookId: string, { options, io, onStage }: Asking): Promise<Probe> {
  const client = clientFromEnvironment(io)
  const sdkAppId = await chooseApp(client, options.app)
  const path = `/v1/apps/${sdkAppId}/webhooks/${encodeURIComponent(webhookId)}/probe`
  const { command } = options
  const stages: ProbeStage[] = []
  for await (const { event, data } of client.postForStream(path, command === undefined ? {} : { command }, io.stop)) {
    if (event === 'end') return { stages, ...JSON.parse(data) }
    const stage: ProbeStage = JSON.parse(data)
    stages.push(stage)
    onStage(stage)
  }
  throw new CliError('unexpected', 'The service ended the probe before it was over. Is it stopping?')
}

function summary({ stages }: Probe): string {
  const count = (result: ProbeStage['result']): number => stages.filter((stage) => stage.result === result).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
}

/** Stages before there is a connection to talk over. */
const onTheWay: ReadonlySet<ProbeStage['stage']> = new Set(['text', 'dns', 'address', 'tcp', 'tls'])

/** Who asks about a receiver on the own machine or network is told how to open the way, for this one question. */
function openingHint({ stages }: Probe, url: string): string {
  const evidence = stages.find(({ result }) => result === 'failed')?.evidence
  const { reason, refusedAddress } = evidence ?? {}
  if (reason === undefined || reason === 'metadata' || reason === 'self_address') return ''
  const isLocalhost = reason === 'special_name' && /^https?:\/\/localhost(?:[:/?]|$)/i.test(url)
  const range = isLocalhost ? '127.0.0.0/8,::1/128' : refusedAddress
  return range === undefined ? '' : ` Is it your own machine or network? Ask again with --egress-allow ${range}.`
}

function throwWhereItFailed(probe: Probe, hint: string): void {
  const failed = probe.stages.filter(({ result }) => result === 'failed')
  const [first] = failed
  if (first === undefined) return
  if (onTheWay.has(first.stage)) {
    throw new CliError(
      'unreachable',
      `The webhook cannot be reached: ${nameOf(first)} failed (${first.detail}).${hint}`,
    )
  }
  const what = failed.map((stage) => `${nameOf(stage)} (${stage.detail})`).join(', ')
  const verb = first.stage === 'manners' ? 'answers, but lacks manners' : 'is there, but does not answer as it must'
  throw new CliError('invalidReply', `The webhook ${verb}: ${what}.`)
}
