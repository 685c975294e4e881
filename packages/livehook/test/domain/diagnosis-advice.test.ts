import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { advise, symptomSentence } from '../../src/domain/diagnosis/advice.ts'
import { symptomOfDetail } from '../../src/domain/diagnosis/details.ts'
import type { Symptom } from '../../src/domain/diagnosis/details.ts'
import type { Evidence } from '../../src/domain/diagnosis/outcome.ts'
import { shellWord } from '../../src/domain/diagnosis/shell-word.ts'

const details: readonly [string, Symptom][] = [
  ...Object.entries(symptomOfDetail).filter(([detail]) => detail !== 'ok'),
  ...[101, 201, 204, 302, 400, 401, 403, 404, 410, 413, 429, 500, 502, 600].map((status): [string, Symptom] => [
    `status_${status}`,
    'http_code_not_200',
  ]),
]

const rich: Evidence = {
  phase: 'connect',
  phaseMs: { resolve: 11.6, connect: 2000.2 },
  resolver: '10.0.0.2:53',
  addresses: ['198.41.0.4'],
  dialled: '198.41.0.4:8443',
  proxy: '10.0.0.9:4750',
  reason: 'private',
  refusedAddress: '10.0.0.1',
  errorCode: 'ECONNREFUSED',
  certificate: {
    subject: 'CN=hook.test',
    issuer: 'CN=Some Authority',
    names: ['other.test', '*.other.test'],
    notBefore: Date.UTC(2026, 0, 1),
    notAfter: Date.UTC(2026, 5, 1),
    fingerprint: 'AA:BB',
    chainLength: 1,
  },
  status: 302,
  location: 'https://new.test/hook',
  clockOffsetSeconds: -90,
  jsonOffset: 5,
  jsonFound: 'True',
  bodyBytes: 12,
  note: 'the request target holds a character',
}
const context = { url: 'https://hook.test:8443/path?x=1&y=2' }

test('reads like the page that users know', () => {
  const evidence: Evidence = {
    phase: 'resolve',
    phaseMs: { resolve: 12.3 },
    resolver: '10.0.0.2:53',
    errorCode: 'ENOTFOUND',
  }
  const advice = advise({ symptom: 'times_out', detail: 'dns_not_found' }, evidence, { url: 'http://notexist.com' })
  expect(advice.en).toEqual([
    'Access to the webhook URL times out.',
    'The name `notexist.com` does not exist in the public DNS (NXDOMAIN from 10.0.0.2 after 12 ms).',
    'Check the spelling of the domain and that it is published publicly: `dig +short notexist.com`.',
  ])
  expect(advice.zh).toEqual([
    '访问回调 URL 超时。',
    '公网 DNS 中不存在域名 `notexist.com`（10.0.0.2 在 12 毫秒后返回 NXDOMAIN）。',
    '请检查域名拼写以及是否已在公网发布：`dig +short notexist.com`。',
  ])
})

test('a private address is named, and who can open it', () => {
  const evidence: Evidence = {
    phase: 'resolve',
    phaseMs: { resolve: 2 },
    addresses: ['10.0.0.1'],
    reason: 'private',
    refusedAddress: '10.0.0.1',
  }
  const advice = advise({ symptom: 'times_out', detail: 'address_not_public' }, evidence, {
    url: 'http://private.test/hook',
  })
  expect(advice.en).toEqual([
    'Access to the webhook URL times out.',
    'private.test → 10.0.0.1 is a private address, not reachable for webhooks. Register a public address, or let the operator open it (LIVEHOOK_EGRESS_ALLOW).',
    'See what the name resolves to: `dig +short private.test`.',
  ])
})

test('a success needs no advice', () => {
  expect(advise({ symptom: 'none', detail: 'ok' }, rich, context)).toEqual({ en: [], zh: [] })
})

describe('every detail of the vocabulary', () => {
  test.each(details)('%s has advice in both languages, beginning with the failure table', (detail, symptom) => {
    for (const evidence of [rich, { phase: 'resolve', phaseMs: {} } satisfies Evidence]) {
      const { en, zh } = advise({ symptom, detail }, evidence, context)
      expect([en[0], zh[0]]).toEqual([symptomSentence(symptom).en, symptomSentence(symptom).zh])
      expect(en.length).toBeGreaterThanOrEqual(2)
      expect(zh.every((sentence) => /[\u4e00-\u9fff]{2}.*。$/.test(sentence))).toBe(true)
      // Nothing is left to be filled in, nothing is missing.
      expect([...en, ...zh].join('\n')).not.toMatch(/\{[a-z]\w*\}|undefined|NaN|\[object/)
    }
  })
})

describe('hostile text in URL and evidence', () => {
  const nasty = [
    '$(touch /tmp/x)',
    '`id`',
    "'; id; '",
    '"; id; "',
    '&& id',
    '| id',
    '\n id',
    '\u001b[2J',
    '\u202eoof',
    '-oProxyCommand=id',
    '{host}',
  ]

  test.each(nasty)('%j stays one harmless word in every command', (text) => {
    const evidence: Evidence = {
      ...rich,
      dialled: `${text}:80`,
      proxy: text,
      refusedAddress: text,
      errorCode: text,
      location: text,
      jsonFound: text,
      resolver: text,
      note: text,
    }
    for (const [detail, symptom] of details) {
      const { en, zh } = advise({ symptom, detail }, evidence, { url: `http://h.test/${text}` })
      for (const sentence of [...en, ...zh]) {
        // oxlint-disable-next-line no-control-regex -- that there are none is the point
        expect(sentence).not.toMatch(/[\u0000-\u001f\u202e]/)
        // Backquotes stand in pairs: no one can end a command and begin one of his own.
        expect(sentence.split('`').length % 2).toBe(1)
        for (const [, command = ''] of sentence.matchAll(/`([^`]+)`/g))
          expect(outsideQuotes(command)).not.toMatch(/[$;&\n"(]/)
      }
    }
  })

  test.each(nasty)('%j goes through a shell as it was shown', (text) => {
    const out = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })
    expect(out).toBe(
      shellWord(text).startsWith("'")
        ? shellWord(text)
            .slice(1, -1)
            .replaceAll(String.raw`'\''`, "'")
        : text,
    )
  })
})

/** What a shell would interpret: the text of a command without its quoted words. */
function outsideQuotes(command: string): string {
  return command.replaceAll(String.raw`'\''`, '').replace(/'[^']*'/g, '')
}
