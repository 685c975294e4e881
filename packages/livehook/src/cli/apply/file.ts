// Reads the file of `livehook apply`: YAML, held against the schema, every problem with its line and column.

import { Ajv } from 'ajv'
import type { Document, ParsedNode } from 'yaml'
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import type { Path, Places } from './problems.ts'
import { problemsOf } from './problems.ts'
import { ConfigurationFile } from './schema.ts'
import { CliError } from '../io.ts'

export interface ReadFile {
  readonly configuration: ConfigurationFile
  readonly at: Places['at']
}

/** A file of a thousand webhooks has some hundred kilobytes; more is another file. */
const maxCharacters = 8 * 1_048_576

/**
 * @param text YAML 1.2, of which JSON is a part
 * @param name of the file, for messages
 * @throws CliError `configuration` with every problem, each on a line of its own
 */
export function readConfiguration(text: string, name: string): ReadFile {
  if (text.length > maxCharacters) throw new CliError('configuration', `${name} is too large to be a configuration.`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const [broken] = document.errors
  if (broken !== undefined) throw new CliError('configuration', `${place(broken.pos[0])}: ${broken.message}`)
  const value = toValue(document, name)
  const isConfiguration = compileSchema()
  const at = (path: Path): string => place(offsetOf(document, path))
  if (isConfiguration(value)) {
    requireOneOfEach(value, at)
    return { configuration: value, at }
  }
  const atName = (path: Path, member: string): string => place(offsetOfName(document, path, member))
  throw new CliError('configuration', problemsOf(isConfiguration.errors ?? [], { at, atName }).join('\n'))
}

function compileSchema() {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, validateFormats: false })
  return ajv.compile<ConfigurationFile>(ConfigurationFile)
}

function toValue(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new CliError('configuration', `${name}: ${messageOf(error)}`)
  }
}

/** Names are what apps, webhooks and commands are known by, so none may stand there twice. */
function requireOneOfEach({ apps }: ConfigurationFile, at: ReadFile['at']): void {
  const problems: string[] = []
  const check = (path: Path, names: readonly string[], what: string): void => {
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue
      problems.push(`${at([...path, index])}: ${what} ${JSON.stringify(name)} stands here twice.`)
    }
  }
  check(
    ['apps'],
    apps.map(({ sdkAppId, name }) => (sdkAppId === undefined ? name : String(sdkAppId))),
    'the app',
  )
  for (const [index, app] of apps.entries()) {
    const webhooks = (app.webhooks ?? []).map(({ name }) => name)
    check(['apps', index, 'webhooks'], webhooks, 'the webhook')
    const commands = (app.commands ?? []).map(({ command }) => command)
    check(['apps', index, 'commands'], commands, 'the command')
  }
  if (problems.length > 0) throw new CliError('configuration', problems.join('\n'))
}

// ---------------------------------------------------------------------------------------------------- places

/** Where the value at a path begins; of what is not there, where the thing around it begins. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range[0] ?? 0
}

/** Where the name of a member stands. */
function offsetOfName(document: Document.Parsed, path: Path, name: string): number {
  const around: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  if (isMap<ParsedNode>(around)) {
    const pair = around.items.find(({ key }) => isScalar(key) && key.value === name)
    if (pair?.key.range) return pair.key.range[0]
  }
  return offsetOf(document, path)
}
