// A command of an app's own, told in the words that commands of the catalogue are told in.

import type { CustomCommand, ReplyRules, Sentence } from '@livehook/protocol/catalogue'
import type { CommandDescription, CommandSummary, ReplyDescription } from './command-description.ts'

export function summariseCustom({ command, family, phase, trigger }: CustomCommand): CommandSummary {
  // One language: no one here can say it in the other one.
  const sentence = { en: trigger, zh: trigger }
  return { command, family, phase, configOnly: false, products: [], aliases: [], trigger: sentence }
}

export function describeCustom(command: CustomCommand): CommandDescription {
  const { carries, schema, sample, order, identity = [], reply } = command
  return {
    ...summariseCustom(command),
    query: [],
    carries: { ...carries },
    schema: schema ?? null,
    sample: sample === undefined ? null : { ...sample },
    reply: reply === undefined ? undecided : describeReply(reply),
    order: order === undefined ? null : { scope: order.scope, by: [...order.by] },
    identity: [...identity],
    after: null,
  }
}

const undecided: ReplyDescription = {
  decides: false,
  kind: null,
  codes: [],
  otherCodes: null,
  silence: null,
  members: [],
  schema: null,
}

function describeReply({ kind, codes, otherCodes, silence, members }: ReplyRules): ReplyDescription {
  return {
    decides: true,
    kind,
    codes: codes.map(({ from, to, verdict, clientSees }) => ({
      codes: from === to ? String(from) : `${from}..${to}`,
      from,
      to,
      verdict,
      clientSees,
      members: verdict === 'allow' ? Object.keys(members) : [],
      meaning: verdict === 'deny' && typeof clientSees === 'number' ? denied(clientSees) : meanings[verdict],
    })),
    otherCodes:
      otherCodes.verdict === 'none'
        ? { verdict: 'none', clientSees: null, meaning: meanings.none }
        : { verdict: 'deny', clientSees: otherCodes.clientSees, meaning: meanings.deny },
    silence: { verdict: silence.verdict, unless: null, meaning: silence.verdict === 'allow' ? goesOn : stops },
    members: Object.entries(members).map(([member, { use, required }]) => ({
      member,
      use,
      required,
      aliases: [],
      meaning: `takes the place of ${member} in the event`,
    })),
    schema: null,
  }
}

const meanings = {
  allow: { en: 'let pass', zh: '放行' },
  deny: { en: "refused with the app's own code and text", zh: '以应用自定义的错误码和说明拒绝' },
  drop: { en: 'dropped in silence: the client sees success', zh: '静默丢弃：客户端看到的是成功' },
  none: { en: 'not described: no verdict, so the failure policy decides', zh: '未作说明：不构成裁决，由失败策略决定' },
} as const satisfies Record<string, Sentence>

const goesOn: Sentence = { en: 'the action goes on', zh: '操作继续进行' }
const stops: Sentence = { en: 'the action is refused', zh: '操作被拒绝' }

function denied(code: number): Sentence {
  return { en: `refused; the client sees ${code}`, zh: `拒绝；客户端看到 ${code}` }
}
