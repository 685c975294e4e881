// generated/schemas.ts: JSON Schema 2020-12 for every body and every reply, one constant each.

import { bodyTree, fieldTree } from './field-tree.ts'
import type { FieldNode } from './field-tree.ts'
import { constantNameOf } from './names.ts'
import type { CommandRecord } from './records.ts'

type Schema = Record<string, unknown>

const dialect = 'https://json-schema.org/draft/2020-12/schema'

export function renderSchemas(records: readonly CommandRecord[]): string {
  const events = records.filter(({ configOnly }) => configOnly !== true)
  const asks = events.filter(({ reply }) => reply !== undefined)
  const constant = (name: string, schema: Schema): string =>
    `export const ${name}: JsonSchema = ${JSON.stringify(schema)}`
  const table = (name: string, of: readonly CommandRecord[], suffix: string): string => {
    const rows = of.map(({ command }) => `  '${command}': ${constantNameOf(command)}${suffix},`)
    return `export const ${name}: Readonly<Record<string, JsonSchema>> = {\n${rows.join('\n')}\n}`
  }
  return `${[
    "import type { JsonSchema } from '../command.ts'",
    ...events.map((record) => constant(`${constantNameOf(record.command)}Schema`, bodySchema(record))),
    ...asks.map((record) => constant(`${constantNameOf(record.command)}ReplySchema`, replySchema(record))),
    constant('acknowledgementSchema', acknowledgement('urn:livehook:reply', 'The answer to an *after* command.')),
    table('bodySchemas', events, 'Schema'),
    table('replySchemas', asks, 'ReplySchema'),
  ].join('\n\n')}\n`
}

function bodySchema(record: CommandRecord): Schema {
  return {
    $schema: dialect,
    $id: `urn:livehook:command:${record.command}`,
    title: record.command,
    description: record.trigger.en,
    ...objectSchema(bodyTree(record)),
  }
}

function replySchema({ command, reply }: CommandRecord): Schema {
  const members = reply?.members ?? []
  const schema = acknowledgement(`urn:livehook:reply:${command}`, `The reply to ${command}.`)
  const added = fieldTree(members).map((node): [string, Schema] => [
    node.name,
    // A message without elements cannot be sent.
    { ...nodeSchema(node), ...(node.types.includes('message') && { minItems: 1 }) },
  ])
  const needed = members.filter(({ path, required }) => required !== false && !path.includes('.'))
  return {
    ...schema,
    properties: { ...packetProperties, ...Object.fromEntries(added) },
    // Only a code that allows needs them.
    ...(needed.length > 0 && {
      if: { properties: { ErrorCode: { const: 0 } } },
      // oxlint-disable-next-line unicorn/no-thenable -- it is a keyword of JSON Schema, and no one awaits a schema
      then: {
        required: needed.map(({ path }) => path),
        properties: Object.fromEntries(needed.map(({ path }) => [path, {}])),
      },
    }),
  }
}

const packetProperties: Schema = {
  ActionStatus: { enum: ['OK', 'FAIL'], description: 'whether the receiver could handle the request' },
  ErrorInfo: { type: 'string', description: 'text for ErrorCode' },
  ErrorCode: { type: 'integer', minimum: 0, description: 'the verdict, for a before command' },
}

function acknowledgement(id: string, title: string): Schema {
  const required = ['ActionStatus', 'ErrorInfo', 'ErrorCode']
  return { $schema: dialect, $id: id, title, type: 'object', required, properties: packetProperties }
}

function objectSchema(nodes: readonly FieldNode[]): Schema {
  const required = nodes.filter(({ isRequired }) => isRequired).map(({ name }) => name)
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(nodes.length > 0 && { properties: Object.fromEntries(nodes.map((node) => [node.name, nodeSchema(node)])) }),
  }
}

function nodeSchema(node: FieldNode): Schema {
  const { isList, meaning } = node
  if (isList) return { type: 'array', items: valueSchema(node), description: meaning }
  return { ...valueSchema(node), description: meaning }
}

function valueSchema({ types, values, isOpen, members }: FieldNode): Schema {
  const [type] = types
  if (types.length > 1) return { type: [...types] }
  if (type === 'object' || type === 'message') return objectSchema(members)
  if (values === undefined) return { type }
  if (isOpen) return { type, examples: values }
  return values.length === 1 ? { type, const: values[0] } : { type, enum: values }
}
