// Networks of our own: a program runs in a network namespace, where every address and route is ours and no packet can
// leave. Root makes one directly; without root a user namespace gives the same.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const advice =
  'These tests need Linux with `unshare` (util-linux) and `ip` (iproute2), and root or unprivileged user namespaces: ' +
  'apt-get install -y util-linux iproute2; sysctl -w kernel.unprivileged_userns_clone=1'

/**
 * Runs a program of this folder in a new network namespace.
 * @returns what it printed as JSON
 */
export function runInNamespace<Result>(program: string): Promise<Result> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const flags = process.getuid?.() === 0 ? ['-n'] : ['-Urn']
  const run = spawnSync(
    'unshare',
    [...flags, process.execPath, '--conditions=source', '--disable-warning=ExperimentalWarning', path],
    { encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
  )
  if (run.status !== 0)
    throw new Error(`${advice}\n${run.error?.message ?? ''}\n${run.stdout ?? ''}${run.stderr ?? ''}`)
  return Promise.resolve(JSON.parse(run.stdout) as Result)
}

/** Runs `ip` inside the namespace. */
export function ip(command: string): void {
  const run = spawnSync('ip', command.split(' '), { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`ip ${command}: ${run.error?.message ?? run.stderr}`)
}
