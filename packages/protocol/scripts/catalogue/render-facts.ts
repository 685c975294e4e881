// generated/facts.ts: one constant per command, plain literals, so that a bundler keeps only what is used.
// generated/commands.ts: the table of all of them, with the sentences for people.

import { bodyTree, fieldTree } from './field-tree.ts'
import type { FieldNode } from './field-tree.ts'
import { constantNameOf } from './names.ts'
import type { CodeRecord, CommandRecord, FieldRecord, ReplyRecord } from './records.ts'

export function renderFacts(records: readonly CommandRecord[]): string {
  const constants = records.map(
    (record) =>
      `export const ${constantNameOf(record.command)}: CommandFacts<'${record.command}'> = ${JSON.stringify(factsOf(record))}`,
  )
  return `import type { CommandFacts } from '../command-facts.ts'\n\n${constants.join('\n\n')}\n`
}

export function renderTable(records: readonly CommandRecord[]): string {
  const rows = records.map((record) => {
    const { command, products, aliases = [], query, trigger, configOnly, reply } = record
    const described = {
      ...factsOf(record),
      products,
      aliases,
      query,
      trigger: trigger.en,
      triggerZh: trigger.zh,
      ...(configOnly === true && { configOnly }),
      ...(reply !== undefined && { reply: rulesOf(reply, true) }),
    }
    return `  '${command}': ${JSON.stringify(described)},`
  })
  return [
    "import type { CatalogueCommand } from '../command.ts'",
    "import type { CommandWord } from './words.ts'\n",
    `export const commandTable: Readonly<Record<CommandWord, CatalogueCommand>> = {\n${rows.join('\n')}\n}\n`,
  ].join('\n')
}

export function renderWords(records: readonly CommandRecord[]): string {
  const union = (name: string, about: string, of: readonly CommandRecord[]): string =>
    `/** ${about} */\nexport type ${name} =\n${of.map(({ command }) => `  | '${command}'`).join('\n')}\n`
  const events = records.filter(({ configOnly }) => configOnly !== true)
  return [
    union('CommandWord', 'Every word of the catalogue.', records),
    union(
      'BeforeWord',
      'The commands that ask before something happens.',
      events.filter(({ phase }) => phase === 'before'),
    ),
    union(
      'AfterWord',
      'The commands that tell after something happened.',
      events.filter(({ phase }) => phase === 'after'),
    ),
    '/** The commands that events exist of. */\nexport type EventWord = BeforeWord | AfterWord\n',
  ].join('\n')
}

export function renderSamples(records: readonly CommandRecord[]): string {
  const samples = records.flatMap(({ command, sample }) =>
    sample === null ? [] : [`  '${command}': ${JSON.stringify(JSON.stringify(sample))},`],
  )
  return `export const sampleTable: Readonly<Record<string, string>> = {\n${samples.join('\n')}\n}\n`
}

function factsOf(record: CommandRecord): object {
  const { command, phase, query, timeAt, order, identity, after, reply, configOnly } = record
  const alsoNamed = namesOf(record.fields ?? [])
  return {
    command,
    family: command.split('.')[0],
    phase,
    carries: { clientIp: query.includes('ClientIP'), optPlatform: query.includes('OptPlatform') },
    shape: configOnly === true ? {} : shapeOf(bodyTree(record)),
    ...(Object.keys(alsoNamed).length > 0 && { alsoNamed }),
    ...(timeAt !== undefined && { timeAt }),
    ...(order !== undefined && { order }),
    ...(identity !== undefined && { identity }),
    ...(after !== undefined && { after }),
    ...(reply !== undefined && { reply: rulesOf(reply, false) }),
  }
}

function namesOf(fields: readonly FieldRecord[]): Readonly<Record<string, string>> {
  const names = new Map<string, string>()
  for (const { path, aliases = [] } of fields) {
    const name = lastOf(path)
    for (const alias of aliases) {
      if ((names.get(alias) ?? name) !== name) throw new Error(`${alias} would name two members.`)
      names.set(alias, name)
    }
  }
  return Object.fromEntries(names)
}

function lastOf(path: string): string {
  return path.split('.').at(-1) ?? path
}

function rulesOf(reply: ReplyRecord, described: boolean): object {
  const { kind, codes, otherCodes, silence, members = [] } = reply
  const tree = fieldTree(members)
  return {
    kind,
    codes: codes.map((rule) => said({ ...rangeOf(rule), verdict: rule.verdict, clientSees: rule.clientSees }, rule)),
    otherCodes: said(
      otherCodes.verdict === 'none'
        ? { verdict: otherCodes.verdict }
        : { verdict: otherCodes.verdict, clientSees: otherCodes.clientSees },
      otherCodes,
    ),
    silence: said(
      { verdict: silence.verdict, ...(silence.unless !== undefined && { unless: silence.unless }) },
      silence,
    ),
    members: Object.fromEntries(
      members
        .filter(({ path }) => !path.includes('.'))
        .map((member) => [
          member.path,
          said(
            {
              shape: shapeOfNode(nodeNamed(tree, member.path)),
              required: member.required !== false,
              use: member.use ?? 'answers',
              ...(member.aliases !== undefined && { aliases: member.aliases }),
            },
            member,
          ),
        ]),
    ),
  }

  function said(facts: object, { meaning }: { readonly meaning: unknown }): object {
    return described ? { ...facts, meaning } : facts
  }
}

function nodeNamed(tree: readonly FieldNode[], name: string): FieldNode {
  const node = tree.find((each) => each.name === name)
  if (node === undefined) throw new Error(`There is no field ${name}.`)
  return node
}

export function rangeOf({ codes }: CodeRecord): { readonly from: number; readonly to: number } {
  const [first = '', last = first] = codes.split('..')
  const range = { from: Number(first), to: Number(last) }
  if (!Number.isInteger(range.from) || !(range.from <= range.to)) throw new Error(`${codes} is no range of codes.`)
  return range
}

function shapeOf(nodes: readonly FieldNode[]): object {
  return Object.fromEntries(nodes.map((node) => [node.isRequired ? node.name : `${node.name}?`, shapeOfNode(node)]))
}

function shapeOfNode(node: FieldNode): unknown {
  const [type, ...more] = node.types
  const one =
    more.length > 0
      ? 'any'
      : type === 'message' || (type === 'object' && node.members.length > 0)
        ? shapeOf(node.members)
        : type
  return node.isList ? [one] : one
}
