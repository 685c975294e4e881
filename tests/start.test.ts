// `npm start`, as a stranger types it (in a clone that was started before: installing is what the first run adds).

import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'

const root = dirname(import.meta.dirname)

test(
  'npm start shows a live room, five failures and the console, and Ctrl-C stops all of it',
  { timeout: 90_000 },
  async () => {
    // A process group of its own, so that the signal reaches all of it as a terminal's Ctrl-C does.
    const child = spawn('npm', ['start', '--', '--port', '0'], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += text.toString()))
    child.stderr.on('data', (text: Buffer) => (output += text.toString()))
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    try {
      for (const pattern of [
        /^Receiver of this demo: examples\/receiver-express on http:\/\/127\.0\.0\.1:\d+\/hook$/m,
        /^livehook ready on http:\/\/127\.0\.0\.1:\d+$/m,
        /Console {4}http:\/\/127\.0\.0\.1:\d+\/sign-in#code=/,
        /succeeded {2}Live\.CallbackAfterCreateRoom/,
        /Access to the webhook URL times out \(dns_not_found\)/,
        /Access denied by the webhook service \(connection_refused\)/,
        /succeeded {2}Live\.CallbackAfterDestroyRoom/,
      ]) {
        for (let waited = 0; !pattern.test(output); waited += 1) {
          if (waited > 400) throw new Error(`no ${pattern} in:\n${output}`)
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      }
    } finally {
      process.kill(-(child.pid ?? 0), 'SIGINT')
    }
    // npm itself ends by the signal; what it ran has stopped cleanly before, or `close` would not have come.
    await ended
    expect(output).toContain('Stopping: attempts in flight finish first.')
    expect(output).not.toMatch(/\bat .*\.ts:\d+/)
  },
)
