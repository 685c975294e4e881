// From a diagnosis and its evidence to sentences for the person who must mend it: the words of the failure table, the
// facts at hand, the next thing to try. The texts are in advice-catalogue.ts.

import { adviceOfDetail, adviceOfStatus, symptomSentences } from './advice-catalogue.ts'
import type { AdvisedDetail, AdviceText, Bilingual } from './advice-catalogue.ts'
import { isNamedDetail } from './details.ts'
import type { Symptom } from './details.ts'
import type { EgressReason } from '../egress/policy.ts'
import { explainRefusal } from '../egress/reasons.ts'
import type { Evidence } from './outcome.ts'
import { displayText, shellWord } from './shell-word.ts'

/** Sentences in both languages, ready to be shown as text; what stands in backquotes is a command or a name. */
export interface Advice {
  readonly en: readonly string[]
  readonly zh: readonly string[]
}

export interface AdviceContext {
  /** The webhook's URL as it was registered. */
  readonly url: string
}

/** The sentence of the failure table for a symptom. */
export function symptomSentence(symptom: Symptom): Bilingual {
  return symptomSentences[symptom]
}

/**
 * Says what happened and what to do next. Nothing for a success.
 * @example
 * advise({ symptom: 'times_out', detail: 'dns_not_found' }, evidence, { url: 'http://notexist.com/hook' }).en
 * // ['Access to the webhook URL times out.',
 * //  'The name `notexist.com` does not exist in the public DNS (NXDOMAIN from 10.0.0.2 after 12 ms).',
 * //  'Check the spelling of the domain and that it is published publicly: `dig +short notexist.com`.']
 */
export function advise(
  diagnosis: { readonly symptom: Symptom; readonly detail: string },
  evidence: Evidence,
  context: AdviceContext,
): Advice {
  const { symptom, detail } = diagnosis
  if (symptom === 'none') return { en: [], zh: [] }
  const sentence = symptomSentences[symptom]
  const { en, zh } = sentencesOf(detail, evidence, context)
  return { en: [sentence.en, ...en], zh: [sentence.zh, ...zh] }
}

function sentencesOf(detail: string, evidence: Evidence, context: AdviceContext): Advice {
  const facts = adviceFacts(evidence, context)
  if (detail === 'address_not_public' && evidence.reason !== undefined) {
    return refusalSentences(evidence.reason, evidence, facts.en)
  }
  const status = /^status_(\d{1,3})$/.exec(detail)?.[1] ?? '–'
  const text = isAdvised(detail) ? adviceOfDetail[detail] : statusText(Number(status))
  return {
    en: text.en.map((template) => fill(template, { ...facts.en, status })),
    zh: text.zh.map((template) => fill(template, { ...facts.zh, status })),
  }
}

function isAdvised(detail: string): detail is AdvisedDetail {
  return isNamedDetail(detail) && Object.hasOwn(adviceOfDetail, detail)
}

function statusText(status: number): AdviceText {
  return adviceOfStatus.find(({ from, to }) => from <= status && status <= to)?.text ?? { en: [], zh: [] }
}

function refusalSentences(reason: EgressReason, evidence: Evidence, { host = '', dig = '' }: Facts): Advice {
  const address = displayText(evidence.refusedAddress ?? host)
  const { en, zh } = explainRefusal(reason, address === host ? host : `${host} → ${address}`)
  // Where a name leads to the address, its records can be looked at; a URL's own text can only be changed.
  if (evidence.addresses === undefined) return { en: [en], zh: [zh] }
  return { en: [en, `See what the name resolves to: \`${dig}\`.`], zh: [zh, `查看该域名的解析结果：\`${dig}\`。`] }
}

type Facts = Readonly<Record<string, string>>

function adviceFacts(evidence: Evidence, { url }: AdviceContext): Bilingual<Facts> {
  const { host, port } = partsOf(url)
  const dialled = evidence.dialled ?? `${host}:${port}`
  const address = dialled.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  const { certificate, clockOffsetSeconds: offset = 0 } = evidence
  const common = {
    host: displayText(host),
    port,
    dialled: displayText(dialled),
    address: displayText(address),
    ms: String(Math.round(phaseMsOf(evidence))),
    total: String(Math.round(totalMsOf(evidence))),
    errorCode: displayText(evidence.errorCode ?? '–'),
    location: `“${displayText(evidence.location ?? '–')}”`,
    offset: String(evidence.jsonOffset ?? 0),
    found: `“${displayText(evidence.jsonFound ?? '–')}”`,
    bodyBytes: String(evidence.bodyBytes ?? 0),
    note: displayText(evidence.note ?? '–'),
    notBefore: dateOf(certificate?.notBefore),
    notAfter: dateOf(certificate?.notAfter),
    packet: '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}',
    proxy: displayText(evidence.proxy ?? '–'),
    ...commandsOf({ url, host, port, address, proxy: evidence.proxy ?? '–' }),
  }
  const quotedNames = (certificate?.names ?? []).slice(0, 5).map((name) => `“${displayText(name)}”`)
  const issuer = certificate === undefined ? undefined : `“${displayText(certificate.issuer)}”`
  const resolver = evidence.resolver === undefined ? undefined : displayText(evidence.resolver.replace(/:53$/, ''))
  return {
    en: {
      ...common,
      clock: offset < 0 ? `${-offset} s behind` : `${offset} s ahead of`,
      resolver: resolver ?? 'the DNS server',
      issuer: issuer ?? 'someone',
      names: quotedNames.length > 0 ? quotedNames.join(', ') : 'other names',
    },
    zh: {
      ...common,
      clock: offset < 0 ? `慢 ${-offset} 秒` : `快 ${offset} 秒`,
      resolver: resolver ?? 'DNS 服务器',
      issuer: issuer ?? '未知机构',
      names: quotedNames.length > 0 ? quotedNames.join('、') : '其他域名',
    },
  }
}

/** Commands to be copied into a shell. Every word that is not ours is quoted. */
function commandsOf(parts: {
  readonly url: string
  readonly host: string
  readonly port: string
  readonly address: string
  readonly proxy: string
}): Facts {
  const { url, host, port, address, proxy } = parts
  const authority = shellWord(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
  const handshake = `openssl s_client -connect ${authority} -servername ${shellWord(host)}`
  const post = `-m 5 -H 'content-type: application/json' -d '{}' --url ${shellWord(url)}`
  return {
    dig: `dig +short ${shellWord(host)}`,
    digTrace: `dig +trace ${shellWord(host)}`,
    curl: `curl -v ${post}`,
    curlProxy: `curl -v -p -x ${shellWord(`http://${proxy}`)} ${post}`,
    curlRaw: `curl -v --http0.9 ${post}`,
    curlHex: `curl -s ${post} | xxd`,
    curlHead: `curl -sD - -o /dev/null ${post}`,
    ipRoute: `ip route get ${shellWord(address)}`,
    ss: `ss -ltn 'sport = :${port}'`,
    openssl: handshake,
    opensslDates: `${handshake} </dev/null | openssl x509 -noout -dates`,
    opensslChain: `${handshake} -showcerts </dev/null`,
  }
}

function phaseMsOf({ phase, phaseMs }: Evidence): number {
  return phase === 'done' ? totalMsOf({ phaseMs }) : (phaseMs[phase] ?? 0)
}

function totalMsOf({ phaseMs }: Pick<Evidence, 'phaseMs'>): number {
  return Object.values(phaseMs).reduce((sum, ms) => sum + ms, 0)
}

function dateOf(at: number | undefined): string {
  return at === undefined || Number.isNaN(new Date(at).getTime()) ? '–' : new Date(at).toISOString().slice(0, 10)
}

/** What stands in the place of the host if the URL cannot be read. */
const noHost = '–'

function partsOf(url: string): { readonly host: string; readonly port: string } {
  if (!URL.canParse(url)) return { host: noHost, port: '80' }
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host: host === '' ? noHost : host, port: port === '' ? (protocol === 'https:' ? '443' : '80') : port }
}

/** Puts facts into a template, once: what a fact contains is never looked at again. */
function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole)
}
