// livehook commands [word]: the catalogue in the terminal. It needs no service: the catalogue is part of the program.

import {
  commandFamilies,
  findCommand,
  listCommands,
  resolveCommand,
  suggestCommands,
} from '@livehook/protocol/catalogue'
import type { CatalogueCommand, JsonSchema } from '@livehook/protocol/catalogue'
import { describeCommand, summariseCommand } from '../../domain/webhook/command-description.ts'
import type { CommandDescription, ReplyDescription } from '../../domain/webhook/command-description.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import { printLines } from '../terminal/lines.ts'
import { terminalWidth } from '../terminal/paint.ts'
import { tableOf } from '../terminal/table.ts'

export function commands(word: string | undefined, options: { readonly json?: true }, io: CliIo): void {
  const family = word === undefined ? undefined : familyOf(word)
  if (word === undefined || family !== undefined) {
    const shown = listCommands().filter((command) => family === undefined || command.family === family)
    if (options.json === true) line(io.stdout, JSON.stringify(shown.map(summariseCommand)))
    else for (const text of tableOf(listRows(shown), { width: terminalWidth(io.stdout) })) line(io.stdout, text)
    return
  }
  const command = meant(word)
  if (command.command !== word) line(io.stderr, `${word} is another spelling of ${command.command}.`)
  const described = describeCommand(command)
  if (options.json === true) line(io.stdout, JSON.stringify(described))
  else printLines(io, page(described, terminalWidth(io.stdout)))
}

function familyOf(word: string): string | undefined {
  return commandFamilies().find((family) => family.toLowerCase() === word.toLowerCase())
}

function meant(word: string): CatalogueCommand {
  const command = findCommand(word) ?? resolveCommand(word)
  if (command !== undefined) return command
  const near = suggestCommands(word)
  const hint = near.length === 0 ? '`livehook commands` lists the commands.' : `Did you mean ${near.join(' or ')}?`
  throw new CliError('usage', `There is no command ${word}. ${hint}`)
}

function listRows(shown: readonly CatalogueCommand[]): readonly (readonly string[])[] {
  return [
    ['COMMAND', 'PHASE', 'TRIGGER'],
    ...shown.map((command) => [
      command.command,
      command.configOnly === true ? 'switch' : command.phase,
      command.trigger,
    ]),
  ]
}

function page(command: CommandDescription, width: number | undefined): readonly string[] {
  const { aliases, carries, order, identity, after, trigger, schema, reply } = command
  const left = [carries.clientIp ? '' : 'ClientIP', carries.optPlatform ? '' : 'OptPlatform'].filter(
    (name) => name !== '',
  )
  const facts = [
    ...(aliases.length > 0 ? [['also printed as', aliases.join(', ')]] : []),
    ...(left.length > 0 && schema !== null ? [['does not carry', left.join(', ')]] : []),
    ...(order === null ? [] : [['kept in order within', `the ${order.scope} of ${order.by.join(' and ')}`]]),
    ...(identity.length > 0 ? [['the same event has', `the same ${identity.join(', ')}`]] : []),
    ...(after === null ? [] : [['followed by', after.command]]),
  ]
  return [
    `${command.command}  ${command.configOnly ? 'switch' : command.phase}`,
    trigger.en,
    ...section('', facts, width),
    ...(schema === null
      ? []
      : section('Members', [['MEMBER', 'TYPE', 'REQUIRED', 'WHAT'], ...memberRows(schema, '')], width)),
    ...(reply === null ? [] : replySection(reply, width)),
  ]
}

function replySection(reply: ReplyDescription, width: number | undefined): readonly string[] {
  const { otherCodes, silence, members } = reply
  if (!reply.decides) return ['', 'Reply', '  The answer’s content is ignored: status 200 and JSON are enough.']
  const rows = [
    ['ERRORCODE', 'VERDICT', 'THE CLIENT SEES', 'WHAT'],
    ...reply.codes.map(({ codes, verdict, clientSees, meaning }) => [codes, verdict, seen(clientSees), meaning.en]),
    ...(otherCodes === null
      ? []
      : [
          [
            'any other',
            otherCodes.verdict === 'none' ? 'no verdict' : otherCodes.verdict,
            seen(otherCodes.clientSees ?? ''),
            otherCodes.meaning.en,
          ],
        ]),
    ...(silence === null ? [] : [['no answer', silence.verdict, '', silence.meaning.en]]),
  ]
  const counted = members.map(({ member, use, required, meaning }) => [member, use, required ? 'yes' : '', meaning])
  return [
    ...section('Reply', rows, width),
    ...(counted.length === 0
      ? []
      : section(
          'Members of the reply, with a code that allows',
          [['MEMBER', 'USE', 'REQUIRED', 'WHAT'], ...counted],
          width,
        )),
  ]
}

function seen(clientSees: string | number): string {
  switch (clientSees) {
    case 'own_code':
      return 'the same code and text'
    case 'undocumented':
      return 'not described'
    default:
      return String(clientSees)
  }
}

/** All members of a body by their paths, `a.b[].c`, as its schema has them. */
function memberRows(schema: unknown, prefix: string): readonly (readonly string[])[] {
  const { properties = {}, required = [] } = asSchema(schema)
  return Object.entries(asSchema(properties)).flatMap(([name, value]) => {
    const member = asSchema(value)
    const isList = member['type'] === 'array'
    const inner = isList ? asSchema(member['items']) : member
    const isRequired = Array.isArray(required) && required.includes(name)
    const path = prefix + name + (isList ? '[]' : '')
    const row = [path, typeOf(inner), isRequired ? 'yes' : '', textOf(member['description'])]
    return [row, ...memberRows(inner, `${path}.`)]
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function typeOf({ type }: JsonSchema): string {
  return Array.isArray(type) ? type.join(' or ') : String(type)
}

function asSchema(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function section(heading: string, rows: readonly (readonly string[])[], width: number | undefined): readonly string[] {
  if (rows.length === 0) return []
  return [
    '',
    ...(heading === '' ? [] : [heading]),
    ...tableOf(rows, width === undefined ? {} : { width: width - 2 }).map((text) => `  ${text}`),
  ]
}
