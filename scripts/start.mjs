// npm start: installs what is missing, builds the console, and runs a service, a receiver and a live room.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ensureConsole } from './console.mjs'
import { ensureToolchain, root, runInForeground, say, sourceArguments } from './toolchain.mjs'

const toolchain = ensureToolchain()
ensureConsole(toolchain)
const token = randomBytes(16).toString('hex')
const receiver = await startReceiver(toolchain)
try {
  const main = join(root, 'packages/livehook/src/main.ts')
  // `npm start -- --port 0` passes arguments on.
  const args = [...sourceArguments, main, 'dev', '--demo', '--to', receiver.url, ...process.argv.slice(2)]
  process.exitCode = await runInForeground(toolchain.node, args, { env: { ...toolchain.env, LIVEHOOK_TOKEN: token } })
} finally {
  receiver.stop()
}

/** The example receiver, on any free port. */
function startReceiver({ node, env }) {
  const child = spawn(node, [join(root, 'examples/receiver-express/server.js')], {
    cwd: root,
    env: { ...env, TOKEN: token, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = () => child.kill('SIGTERM')
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text) => {
      output += text
      const url = /^receiver ready on (\S+)$/m.exec(output)?.[1]
      if (url === undefined) return
      say(`Receiver of this demo: examples/receiver-express on ${url}`)
      resolve({ url, stop })
    })
    child.on('exit', (code) => reject(new Error(`examples/receiver-express ended with exit code ${code}.`)))
  })
}
