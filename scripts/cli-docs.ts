// npm run docs:cli: a page per verb under docs/cli/, out of the definitions that parse the command line and print its help.
// `scripts/check-docs.ts` fails if a page is not what this makes.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildProgram } from '../packages/livehook/src/cli/program.ts'
import { Verb } from '../packages/livehook/src/cli/verbs/verb.ts'

const root = dirname(import.meta.dirname)
export const cliDocsFolder = 'docs/cli'

/** The pages by their names within docs/cli. */
export function cliPages(): ReadonlyMap<string, string> {
  const program = buildProgram({
    version: '',
    environment: {},
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    stop: new AbortController().signal,
  })
  const told = new Set(
    [...readFileSync(join(root, 'docs/command-line.md'), 'utf8').matchAll(/^## (.+)$/gm)].map(([, text]) => text),
  )
  const verbs = visible(program)
  const pages = new Map(verbs.map((verb) => [`${verb.name()}.md`, page(verb, told.has(verb.name()))]))
  return pages.set('README.md', index(program, verbs))
}

/** The pages that are there: what is not among the verbs any more must go. */
export function writtenPages(): readonly string[] {
  return readdirSync(join(root, cliDocsFolder)).filter((name) => name.endsWith('.md'))
}

function visible(verb: Verb): readonly Verb[] {
  const shown = verb.createHelp().visibleCommands(verb)
  return shown.filter((inner): inner is Verb => inner instanceof Verb && inner.name() !== 'help')
}

function index(program: Verb, verbs: readonly Verb[]): string {
  const groups = Map.groupBy(verbs, (verb) => verb.helpGroup().replace(/:$/, ''))
  const sections = [...groups].map(([group, members]) => {
    const rows = members.map((verb) => [`[\`${verb.name()}\`](${verb.name()}.md)`, sentence(verb.description())])
    return `## ${group}\n\n${table(['verb', 'what'], rows)}`
  })
  const head = `# Verbs\n\n${block(program)}\n\nWhat is common to all of them: [command-line.md](../command-line.md). These pages are made from the program's own help.`
  return `${[head, ...sections].join('\n\n')}\n`
}

function page(verb: Verb, isToldElsewhere: boolean): string {
  const more = isToldElsewhere ? [`More about it: [command-line.md](../command-line.md#${verb.name()}).`] : []
  const parts = [...body(verb, `livehook ${verb.name()}`, 1), ...more]
  return `${parts.join('\n\n')}\n`
}

function body(verb: Verb, name: string, level: number): readonly string[] {
  const own = verb.registeredArguments.map((argument) => [
    `\`${argument.required ? `<${argument.name()}>` : `[${argument.name()}]`}\``,
    sentence(argument.description) + choices(argument.argChoices),
  ])
  const options = verb.options.filter(({ hidden }) => !hidden).map(optionRow)
  return [
    `${'#'.repeat(level)} ${name}`,
    `${sentence(verb.description())}.`,
    block(verb),
    ...(own.length === 0 ? [] : [table(['argument', 'what'], own)]),
    ...(options.length === 0 ? [] : [table(['option', 'what'], options)]),
    ...verb.notes,
    ...visible(verb).flatMap((inner) => body(inner, `${name} ${inner.name()}`, level + 1)),
  ]
}

function optionRow(option: Verb['options'][number]): readonly string[] {
  return [`\`${option.flags}\``, sentence(option.description) + choices(option.argChoices)]
}

function choices(values: readonly string[] | undefined): string {
  return values === undefined ? '' : `: ${values.map((value) => `\`${value}\``).join(', ')}`
}

function block(verb: Verb): string {
  const widest = Math.max(0, ...verb.examples.map(({ run, says }) => (says === undefined ? 0 : run.length)))
  const lines = verb.examples.map(({ run, says }) => (says === undefined ? run : `${run.padEnd(widest)}   # ${says}`))
  return ['```sh', ...lines, '```'].join('\n')
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Aligned, as the formatter leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)))
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

if (import.meta.main) {
  mkdirSync(join(root, cliDocsFolder), { recursive: true })
  const pages = cliPages()
  for (const name of writtenPages()) if (!pages.has(name)) rmSync(join(root, cliDocsFolder, name))
  for (const [name, text] of pages) writeFileSync(join(root, cliDocsFolder, name), text)
  console.error(`Wrote ${pages.size} pages to ${cliDocsFolder}.`)
}
