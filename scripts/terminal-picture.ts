// npm run terminal: docs/images/terminal-listen.svg, a picture of `livehook listen` in a terminal, out of what the program
// really prints there.

import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const program = [process.execPath, '--conditions=source', join(root, 'packages/livehook/src/main.ts')]
const port = 4040
const columns = 104
const env = { PATH: process.env['PATH'], TERM: 'xterm-256color', LIVEHOOK_TOKEN: 'a-token-for-the-picture' }
const shown = 'livehook listen --deny Live.CallbackBeforeSendGift=102101'

/** Runs the listener in a terminal of its own, sends it three requests, and gives what it printed. */
async function listenAndSend(): Promise<string> {
  const words = [...program, ...shown.split(' ').slice(1), '--port', String(port), '--hint-after', '0']
  const inner = `stty cols ${columns} rows 40; exec ${words.map((word) => `'${word}'`).join(' ')}`
  const listener = spawn('script', ['-qfec', inner, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  let output = ''
  const printed = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(output)) await new Promise((resolve) => listener.stdout.once('data', resolve))
  }
  listener.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const ended = new Promise((resolve) => listener.once('close', resolve))
  await printed(/listening on/)
  const to = ['--to', `http://127.0.0.1:${port}/hook`]
  send(['Live.CallbackAfterCreateRoom', ...to])
  send(['Live.CallbackBeforeSendGift', ...to])
  send(['Live.CallbackAfterDestroyRoom', ...to, '--tamper', 'late'])
  await printed(/stale/)
  listener.stdin.write('\u0003')
  await ended
  return output
}

function send(args: readonly string[]): void {
  const [node = '', ...rest] = program
  spawnSync(node, [...rest, 'trigger', ...args], { env, stdio: 'ignore' })
}

function linesOf(output: string): readonly string[] {
  return output
    .replaceAll('\r', '')
    .trimEnd()
    .split('\n')
    .map((line) => line.replace('^C', ''))
}

interface Style {
  readonly colour: string
  readonly isBold: boolean
  readonly isDim: boolean
}

const escape = '\u001b'

const plain: Style = { colour: '#d6deeb', isBold: false, isDim: false }
const colours: Readonly<Record<string, string>> = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 39: plain.colour }

function svgOf(lines: readonly string[]): string {
  const lineHeight = 20
  const [width, height] = [columns * 8.43 + 40, lines.length * lineHeight + 64]
  const rows = lines.map((line, index) => {
    const y = 60 + index * lineHeight
    return `<text x="20" y="${y}" xml:space="preserve">${spansOf(line)}</text>`
  })
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${24 + index * 20}" cy="22" r="6" fill="${fill}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${height}" viewBox="0 0 ${Math.ceil(width)} ${height}" role="img" aria-label="livehook listen in a terminal">
<rect width="100%" height="100%" rx="10" fill="#0f1720"/>
${dots.join('\n')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${plain.colour}">
${rows.join('\n')}
</g>
</svg>
`
}

/** A line with its colours (SGR codes) as spans. */
function spansOf(line: string): string {
  let style = plain
  let spans = ''
  for (const piece of line.split(new RegExp(`(${escape}\\[\\d+m)`))) {
    const code = piece.startsWith(escape) ? piece.slice(2, -1) : undefined
    if (code !== undefined) style = styled(style, code)
    else if (piece !== '') spans += spanOf(piece, style)
  }
  return spans
}

function styled(style: Style, code: string): Style {
  if (code === '0') return plain
  if (code === '1') return { ...style, isBold: true }
  if (code === '2') return { ...style, isDim: true }
  if (code === '22') return { ...style, isBold: false, isDim: false }
  return { ...style, colour: colours[code] ?? style.colour }
}

function spanOf(text: string, { colour, isBold, isDim }: Style): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const facts = `${colour === plain.colour ? '' : ` fill="${colour}"`}${isBold ? ' font-weight="bold"' : ''}${isDim ? ' opacity="0.6"' : ''}`
  return facts === '' ? escaped : `<tspan${facts}>${escaped}</tspan>`
}

const text = await listenAndSend()
writeFileSync(join(root, 'docs/images/terminal-listen.svg'), svgOf([`\u001b[1m$ ${shown}\u001b[22m`, ...linesOf(text)]))
console.error('Wrote docs/images/terminal-listen.svg.')
