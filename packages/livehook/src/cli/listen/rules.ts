// How `livehook listen` answers: rules by command, the most specific of which counts.

import { deny, ok, serialiseReply } from '@livehook/protocol/node'
import type { CatalogueCommand } from '@livehook/protocol/catalogue'
import { findCommand, listCommands, readVerdict, suggestCommands } from '@livehook/protocol/catalogue'
import { readFileSync } from 'node:fs'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import { CliError } from '../io.ts'
import type { ListenOptions } from '../input/options.ts'
import { wholeNumber } from '../input/whole-number.ts'

export interface PlannedReply {
  readonly status: number
  readonly contentType: string
  readonly body: Uint8Array
  /** How long to wait before it is given, in milliseconds. */
  readonly delayMs: number
}

interface Rule<Value> {
  /** A command word, `Family.*` or `*`. */
  readonly pattern: string
  /** Only bodies with these bytes in them. */
  readonly word?: Uint8Array
  readonly value: Value
}

export interface ReplyRules {
  readonly bodies: readonly Rule<Uint8Array>[]
  readonly delays: readonly Rule<number>[]
  readonly statuses: readonly Rule<number>[]
  readonly garbage: readonly Rule<true>[]
}

const garbageBody = '<!doctype html><title>Not what was asked for</title>'
const longestDelayMs = 600_000

/**
 * Reads the rules of the command line.
 * @throws CliError `usage` for a command that does not exist, a code that would not deny, a file that cannot be read
 */
export function readRules(options: ListenOptions): ReplyRules {
  const { deny: denials = [], drop: drops = [], reply: replies = [], garbage } = options
  return {
    bodies: [...replies.map(replyRule), ...denials.flatMap(denyRules), ...drops.flatMap(dropRules)],
    delays: (options.delay ?? []).map((text) => numberRule(text, { name: '--delay', least: 0, most: longestDelayMs })),
    statuses: (options.status ?? []).map((text) => numberRule(text, { name: '--status', least: 200, most: 599 })),
    garbage: garbage === undefined ? [] : [{ pattern: patternOf(garbage === true ? '*' : garbage), value: true }],
  }
}

/** What is answered to a good request. Pure. */
export function planReply(rules: ReplyRules, command: string, asked: Uint8Array): PlannedReply {
  const event = { command, body: asked }
  const delayMs = best(rules.delays, event) ?? 0
  const status = best(rules.statuses, event) ?? 200
  if (best(rules.garbage, event) === true) {
    return { status, contentType: 'text/html', body: Buffer.from(garbageBody), delayMs }
  }
  const body = best(rules.bodies, event) ?? Buffer.from(serialiseReply(ok()))
  return { status, contentType: 'application/json', body, delayMs }
}

/** The rule of the word itself goes before that of its family, and that before `*`. Of equal ones the first counts. */
function best<Value>(
  rules: readonly Rule<Value>[],
  { command, body }: { readonly command: string; readonly body: Uint8Array },
): Value | undefined {
  const family = `${command.slice(0, Math.max(0, command.indexOf('.')))}.*`
  for (const pattern of [command, family, '*']) {
    const rule = rules.find(
      (each) => each.pattern === pattern && (each.word === undefined || Buffer.from(body).includes(each.word)),
    )
    if (rule !== undefined) return rule.value
  }
  return undefined
}

function denyRules(text: string): Rule<Uint8Array>[] {
  const [asked, value] = splitRule(text, '--deny', 'command=code, such as Group.CallbackBeforeSendMsg=10101')
  const [name = '', ...words] = asked.split('~')
  const condition = words.length === 0 ? {} : { word: Buffer.from(words.join('~')) }
  const [, digits = '', said = ''] = /^(\d{1,9})(?::(.*))?$/s.exec(value) ?? []
  const code = Number(digits)
  if (digits === '' || code === 0) throw new CliError('usage', `--deny takes a code above 0, not ${value}.`)
  const body = Buffer.from(serialiseReply(deny(code, said)))
  return askedBy(name, '--deny').map((command) => {
    const read = readVerdict(command, body)
    if (read.kind !== 'verdict' || read.verdict !== 'deny') {
      throw new CliError('usage', `${code} does not deny ${command.command}: ${codesOf(command, 'deny')}.`)
    }
    return { pattern: command.command, ...condition, value: body }
  })
}

function dropRules(name: string): Rule<Uint8Array>[] {
  const isPattern = name.endsWith('*')
  return askedBy(name, '--drop').flatMap((command) => {
    const rule = command.reply?.codes.find(({ verdict }) => verdict === 'drop')
    if (rule !== undefined) return [{ pattern: command.command, value: Buffer.from(serialiseReply(deny(rule.from))) }]
    if (isPattern) return []
    throw new CliError('usage', `${command.command} cannot be dropped: ${codesOf(command, 'deny')}.`)
  })
}

function replyRule(text: string): Rule<Uint8Array> {
  const [name, from] = splitRule(text, '--reply', 'command=@file')
  if (!from.startsWith('@')) throw new CliError('usage', `--reply takes command=@file, not ${text}.`)
  try {
    return { pattern: patternOf(name), value: readFileSync(from.slice(1)) }
  } catch (error) {
    throw new CliError('usage', `The reply cannot be read from ${from.slice(1)}: ${messageOf(error)}`)
  }
}

function numberRule(
  text: string,
  rule: { readonly name: string; readonly least: number; readonly most: number },
): Rule<number> {
  const at = text.indexOf('=')
  const value = wholeNumber(text.slice(at + 1), { ...rule, fallback: 0 })
  return { pattern: at < 0 ? '*' : patternOf(text.slice(0, at)), value }
}

function splitRule(text: string, name: string, takes: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new CliError('usage', `${name} takes ${takes}, not ${text}.`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** The asked commands that a pattern stands for, at least one. */
function askedBy(name: string, option: string): readonly CatalogueCommand[] {
  const pattern = patternOf(name)
  const asked = listCommands().filter((command) => command.reply !== undefined && matches(pattern, command.command))
  if (asked.length > 0) return asked
  throw new CliError('usage', `${option}: no one is asked about ${name}, so there is nothing to decide.`)
}

function matches(pattern: string, command: string): boolean {
  return pattern === '*' || pattern === command || (pattern.endsWith('.*') && command.startsWith(pattern.slice(0, -1)))
}

/** An app's own commands are taken at their word; a typing error in one of the catalogue is not. */
function patternOf(name: string): string {
  if (name === '*' || findCommand(name) !== undefined) return name
  const family = name.endsWith('.*') ? name.slice(0, -1) : undefined
  if (family !== undefined && listCommands().some(({ command }) => command.startsWith(family))) return name
  const [near] = suggestCommands(name)
  if (near !== undefined) throw new CliError('usage', `There is no command ${name}. Did you mean ${near}?`)
  return name
}

function codesOf(command: CatalogueCommand, verdict: 'deny'): string {
  const codes = (command.reply?.codes ?? []).filter((rule) => rule.verdict === verdict)
  const text = codes.map(({ from, to }) => (from === to ? String(from) : `${from} to ${to}`)).join(', ')
  return text === '' ? 'it has no code that denies' : `codes that deny it are ${text}`
}
