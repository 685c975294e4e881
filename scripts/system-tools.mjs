// What the tests need of the machine beside Node: a Chromium for the console's tests, and `ip` for the network
// namespaces of the delivery tests. Debian's packages are installed if that is possible; else a sentence says what to do.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { say } from './toolchain.mjs'

const chromiumPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export function ensureSystemTools() {
  const missing = []
  if (process.env.LIVEHOOK_CHROMIUM === undefined && !chromiumPaths.some((path) => existsSync(path)))
    missing.push('chromium')
  if (
    process.platform === 'linux' &&
    !['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'].some((path) => existsSync(path))
  ) {
    missing.push('iproute2')
  }
  if (missing.length === 0) return
  const isRoot = process.getuid?.() === 0
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    say(`Installing ${missing.join(' and ')} for the tests (once) …`)
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const apt = (...args) => spawnSync('apt-get', args, { env: environment, encoding: 'utf8' })
    apt('update')
    const result = apt('install', '-y', '--no-install-recommends', ...missing)
    if (result.status === 0) return
    say(result.stderr)
  }
  say(
    `The tests need ${missing.join(' and ')}: install with \`sudo apt-get install ${missing.join(' ')}\`` +
      (missing.includes('chromium') ? ', or name a Chromium or Chrome in LIVEHOOK_CHROMIUM.' : '.'),
  )
  process.exit(1)
}
