// npm start: installs what is missing, builds the console, and runs a service, a receiver and a live room.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ensureApiPage } from './api-page.mjs'
import { ensureConsole } from './console.mjs'
import { ensureToolchain, root, runInForeground, say, sourceArguments } from './toolchain.mjs'

const toolchain = ensureToolchain()
ensureConsole(toolchain)
ensureApiPage(toolchain)
const token = randomBytes(16).toString('hex')
// Both start at the same time: the receiver is told its port, so that no one has to wait for it to say one.
const port = await freePort()
const receiver = startReceiver(toolchain)
say(`Receiver of this demo: examples/receiver-express on http://127.0.0.1:${port}/hook`)
try {
  const main = join(root, 'packages/livehook/src/main.ts')
  const to = `http://127.0.0.1:${port}/hook`
  // `npm start -- --port 0` passes arguments on.
  const args = [...sourceArguments, main, 'dev', '--demo', '--to', to, ...process.argv.slice(2)]
  process.exitCode = await runInForeground(toolchain.node, args, { env: { ...toolchain.env, LIVEHOOK_TOKEN: token } })
} finally {
  receiver.kill('SIGTERM')
}

/** The example receiver. Its readiness line would only be noise here; its errors are not. */
function startReceiver({ node, env }) {
  return spawn(node, [join(root, 'examples/receiver-express/server.js')], {
    cwd: root,
    env: { ...env, TOKEN: token, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port: taken } = server.address()
      server.close(() => resolve(taken))
    })
  })
}
