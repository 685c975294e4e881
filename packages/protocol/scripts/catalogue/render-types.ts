// generated/payloads.ts: one interface per command and reply, and the maps and unions over them. Types only.

import { bodyTree, fieldTree } from './field-tree.ts'
import type { FieldNode } from './field-tree.ts'
import { typeNameOf } from './names.ts'
import type { CommandRecord, ReplyRecord } from './records.ts'

export function renderPayloads(records: readonly CommandRecord[]): string {
  const events = records.filter(({ configOnly }) => configOnly !== true)
  const asks = events.flatMap(({ command, reply }) => (reply === undefined ? [] : [{ command, reply }]))
  return `${[
    "import type { Acknowledgement, MessageElement } from '../payload-parts.ts'",
    ...events.map(renderBody),
    ...asks.map(({ command, reply }) => renderReply(command, reply)),
    mapOf('PayloadMap', 'The bodies of all commands, by command word.', events, ''),
    mapOf('ReplyMap', 'The replies to all *before* commands, by command word.', asks, 'Reply'),
  ].join('\n\n')}\n`
}

function mapOf(name: string, about: string, entries: readonly { readonly command: string }[], suffix: string): string {
  const lines = entries.map(({ command }) => `  readonly '${command}': ${typeNameOf(command)}${suffix}`)
  return `${comment(about, '')}export interface ${name} {\n${lines.join('\n')}\n}`
}

function renderBody(record: CommandRecord): string {
  const { command, trigger } = record
  return `${comment(`\`${command}\`: ${trigger.en}.`, '')}export interface ${typeNameOf(command)} ${block(bodyTree(record), '')}`
}

/** Codes tell apart what may stand in the reply, as far as a type can say it: members come with a code that allows. */
function renderReply(command: string, { codes, members = [] }: ReplyRecord): string {
  const about = codes.map(({ codes: text, meaning }) => `${text}: ${meaning.en}`).join('; ')
  const base = `${comment(`The reply to \`${command}\`. ${about}.`, '')}export type ${typeNameOf(command)}Reply = Acknowledgement`
  const tree = fieldTree(members)
  return tree.length === 0
    ? base
    : `${base} & ${block(
        tree.map((node) => ({ ...node, isRequired: false })),
        '',
      )}`
}

function block(nodes: readonly FieldNode[], indent: string): string {
  const inner = `${indent}  `
  const lines = nodes.map(
    (node) =>
      `${comment(node.meaning, inner)}${inner}readonly ${node.name}${node.isRequired ? '' : '?'}: ${typeOf(node, inner)}`,
  )
  return `{\n${lines.join('\n')}\n${indent}}`
}

function typeOf(node: FieldNode, indent: string): string {
  const one = node.types.map((type) => wordOf(type, node, indent)).join(' | ')
  if (!node.isList) return one
  return /[|{]/.test(one) && !one.startsWith('{') ? `readonly (${one})[]` : `readonly ${one}[]`
}

function wordOf(type: FieldNode['types'][number], node: FieldNode, indent: string): string {
  switch (type) {
    case 'message':
      return 'MessageElement'
    case 'object':
      return node.members.length === 0 ? 'Readonly<Record<string, unknown>>' : block(node.members, indent)
    case 'integer':
      return literals(node, 'number')
    case 'string':
      return literals(node, 'string')
    case 'boolean':
    default:
      return type
  }
}

/** An open list keeps its autocompletion and takes every other value as well. */
function literals({ values, isOpen }: FieldNode, type: 'string' | 'number'): string {
  if (values === undefined) return type
  const known = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(' | ')
  return isOpen ? `${known} | (${type} & {})` : known
}

function comment(text: string, indent: string): string {
  return `${indent}/** ${text.replaceAll('*/', '* /')} */\n`
}
