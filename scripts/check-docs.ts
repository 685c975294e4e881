// Documentation that cannot rot unseen: every relative link in a Markdown file leads somewhere, every script that the
// README or CONTRIBUTING names exists, every environment variable in the docs is a setting.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { errorCodes } from '../packages/livehook/src/domain/errors/service-error.ts'
import { settingFlags } from '../packages/livehook/src/config/settings.ts'
import { readSources } from './check-arrows.ts'
import { pageWithPicture, picturePage } from './rooms-picture.ts'
import { cliDocsFolder, cliPages, writtenPages } from './cli-docs.ts'

const root = dirname(import.meta.dirname)
const problems: string[] = []

for (const file of markdownFiles()) {
  const text = readFileSync(join(root, file), 'utf8')
  checkLinks(file, text)
  checkScripts(file, text)
}
checkSettings()
checkErrors()
checkCliPages()
checkRooms()

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log('documentation: links, commands, settings and error codes agree with the code')

function markdownFiles(): string[] {
  const skipped = /(^|\/)(node_modules|dist|\.node|\.git)(\/|$)/
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !skipped.test(path))
}

function checkLinks(file: string, text: string): void {
  for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (target === undefined || /^[a-z]+:/.test(target)) continue
    if (!existsSync(resolve(root, dirname(file), target))) problems.push(`${file}: the link to ${target} leads nowhere`)
  }
}

function checkScripts(file: string, text: string): void {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const [, name] of text.matchAll(/\bnpm run ([a-z:-]+)/g)) {
    if (name !== undefined && scripts[name] === undefined) problems.push(`${file}: there is no \`npm run ${name}\``)
  }
}

/** docs/settings.md has a row for every setting, and no row for anything else. */
function checkSettings(): void {
  const documented = variablesIn('docs/settings.md')
  const known = new Set(settingFlags().map(({ variable }) => variable))
  const ofClient = new Set([
    'LIVEHOOK_URL',
    'LIVEHOOK_KEY',
    'LIVEHOOK_TOKEN',
    'LIVEHOOK_SDK_APP_ID',
    'LIVEHOOK_ADMIN_KEY_FILE',
    'LIVEHOOK_SECRET_KEY_FILE',
    'LIVEHOOK_EGRESS_PROXY_FILE',
    'LIVEHOOK_CHROMIUM',
  ])
  for (const name of known) if (!documented.has(name)) problems.push(`docs/settings.md: ${name} is missing`)
  for (const name of documented) {
    if (!known.has(name) && !ofClient.has(name)) problems.push(`docs/settings.md: ${name} is not a setting`)
  }
}

function variablesIn(file: string): Set<string> {
  return new Set(readFileSync(join(root, file), 'utf8').match(/LIVEHOOK_[A-Z_]+/g) ?? [])
}

/** docs/architecture.md shows the rooms as the imports have them, and each file that it names is there. */
function checkRooms(): void {
  const page = readFileSync(picturePage, 'utf8')
  if (pageWithPicture(page) !== page)
    problems.push('docs/architecture.md: the picture is old; run `npm run docs:rooms`')
  const sources = [...readSources().keys(), ...readdirSync(join(root, 'scripts')).map((name) => `scripts/${name}`)]
  for (const [, name] of page.matchAll(/`([a-z0-9/-]+\.ts)`/g)) {
    if (name === undefined || sources.some((path) => path.endsWith(`/${name}`) || path === name)) continue
    problems.push(`docs/architecture.md: there is no file ${name}`)
  }
}

/** docs/errors.md has a row for every code of the registry with its status, and no other. */
function checkErrors(): void {
  const text = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  const rows = new Map(
    [...text.matchAll(/^\| `([a-z_0-9]+)` +\| (\d{3}) +\|/gm)].map(([, code, status]) => [code, status]),
  )
  for (const [code, { status }] of Object.entries(errorCodes)) {
    if (rows.get(code) !== String(status))
      problems.push(`docs/errors.md: ${code} (${status}) is missing or has another status`)
    rows.delete(code)
  }
  for (const code of rows.keys()) problems.push(`docs/errors.md: ${code} is not an error code`)
}

/** docs/cli has what the verbs' definitions say. */
function checkCliPages(): void {
  const pages = cliPages()
  const again = 'make it again with `npm run docs:cli`'
  for (const name of writtenPages()) {
    if (!pages.has(name)) problems.push(`${cliDocsFolder}/${name}: there is no such verb; ${again}`)
  }
  for (const [name, text] of pages) {
    const file = join(root, cliDocsFolder, name)
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
      problems.push(`${cliDocsFolder}/${name} is not what the verb says of itself; ${again}`)
    }
  }
}
