// Puts the bundle of the API's page (Scalar) where the service finds it: taken out of the npm package that carries it, compressed
// once, so that the page needs no other host.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from './toolchain.mjs'

const carrier = 'node_modules/@scalar/fastify-api-reference/package.json'
const folder = join(root, 'packages/livehook/dist/docs')

/** @param {{ node: string, env: NodeJS.ProcessEnv }} toolchain */
export function ensureApiPage({ node, env }) {
  const { version } = JSON.parse(readFileSync(join(root, carrier), 'utf8'))
  const stamp = join(folder, 'version.txt')
  if (existsSync(join(folder, 'LICENSE')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return
  say('Building the page of the API (a second, only when its bundle changed) …')
  const result = spawnSync(node, [join(root, 'scripts/write-api-page.mjs'), folder, version], {
    cwd: root,
    env,
    encoding: 'utf8',
  })
  if (result.status !== 0) throw new Error(`The page of the API could not be built:\n${result.stdout}${result.stderr}`)
}
