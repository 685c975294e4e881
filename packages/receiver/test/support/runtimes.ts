// Other runtimes, as the registry's packages bring them: Bun, and workerd, which runs Workers.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { rolldown } from 'rolldown'

export interface Runtime {
  readonly name: string
  /** Files to write beside `app.js`, the program. */
  readonly files: Readonly<Record<string, string>>
  readonly binary: string
  readonly args: readonly string[]
  /** Where the port is said: stdout, or the fourth descriptor, which is workerd's. */
  readonly tellsPortOn: 1 | 3
}

const platform = `${process.platform}-${process.arch}`
const bunOf: Readonly<Record<string, string>> = {
  'linux-x64': 'bun-linux-x64',
  'linux-arm64': 'bun-linux-aarch64',
  'darwin-x64': 'bun-darwin-x64',
  'darwin-arm64': 'bun-darwin-aarch64',
}
const workerdOf: Readonly<Record<string, string>> = {
  'linux-x64': 'workerd-linux-64',
  'linux-arm64': 'workerd-linux-arm64',
  'darwin-x64': 'workerd-darwin-64',
  'darwin-arm64': 'workerd-darwin-arm64',
}

export const bun: Runtime = {
  name: 'Bun',
  binary: `@oven/${bunOf[platform]}/bin/bun`,
  args: ['main.js'],
  tellsPortOn: 1,
  files: {
    'main.js': `import { handle } from './app.js'
const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: (request) => handle(request) })
console.log(JSON.stringify({ port: server.port }))`,
  },
}

export const workerd: Runtime = {
  name: 'workerd',
  binary: `@cloudflare/${workerdOf[platform]}/bin/workerd`,
  args: ['serve', 'config.capnp', '--control-fd=3'],
  tellsPortOn: 3,
  files: {
    'main.js': "import { handle } from './app.js'\nexport default { fetch: handle }",
    'config.capnp': `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "app", worker = .app) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "app") ]
);
const app :Workerd.Worker = (
  modules = [ (name = "main.js", esModule = embed "main.js"), (name = "app.js", esModule = embed "app.js") ],
  compatibilityDate = "2026-11-01"
);`,
  },
}

export interface RunningRuntime {
  readonly url: string
  stop(): Promise<void>
}

/** @param program a source file that exports `handle` */
export async function startRuntime(runtime: Runtime, program: string): Promise<RunningRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'livehook-test-runtime-'))
  await writeFile(join(folder, 'app.js'), await bundle(program))
  for (const [name, text] of Object.entries(runtime.files)) await writeFile(join(folder, name), text)
  const child = spawn(binaryOf(runtime), runtime.args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    return { url: `http://127.0.0.1:${await portOf(child, runtime)}`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function bundle(program: string): Promise<string> {
  const build = await rolldown({
    input: program,
    platform: 'neutral',
    resolve: { conditionNames: ['source', 'import'] },
  })
  const { output } = await build.generate({ format: 'esm' })
  await build.close()
  return output[0].code
}

const installed = join(import.meta.dirname, '../../../../runtimes/node_modules')

/** The packages hold the program itself, so no install script is needed; which one is there depends on the machine. */
export function binaryOf({ name, binary }: Runtime): string {
  const path = join(installed, binary)
  if (!existsSync(path)) {
    throw new Error(`${name} is not installed for ${platform}: \`npm ci\` in runtimes/ brings it on Linux and macOS.`)
  }
  return path
}

function portOf(child: ChildProcess, { name, tellsPortOn }: Runtime): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    const listen = (stream: Readable): void => {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const port = /"port": ?(\d+)/.exec(said)?.[1]
        if (port !== undefined) resolve(Number(port))
      })
    }
    for (const at of [1, 2, tellsPortOn]) listen(child.stdio[at] as Readable)
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)))
  })
}
