// node scripts/complete-lock.mjs [folder]: after every `npm install` there.
// npm leaves optional packages for other platforms out of the lock file, or without a hash, when it could not fetch them;
// `npm ci` then fails elsewhere, or takes whatever comes. This adds them, with the hash that the registry has for them.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(process.argv[2] ?? '.', 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
const { packages } = lock

const platforms = /(android|darwin|freebsd|linux|openharmony|win32|windows)/
const processors = /(arm64|aarch64|x64|ia32|arm|ppc64|riscv64|s390x|64$)/
/** Names of platforms and processors that are not Node's own. */
const nodeNames = { windows: 'win32', aarch64: 'arm64', 64: 'x64' }

let added = 0
for (const [path, owner] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`
    if (packages[place] !== undefined || packages[`${path}/node_modules/${name}`] !== undefined) continue
    // Only exact versions: what a range means is npm's to decide.
    if (!/^\d+\.\d+\.\d+/.test(version)) {
      console.error(`${path} wants ${name} ${version}, which is not in the lock file: run npm install again`)
      process.exitCode = 1
      continue
    }
    const [platform, processor] = [platforms, processors].map((words) => {
      const word = words.exec(name)?.[1]
      return word === undefined ? undefined : (nodeNames[word] ?? word)
    })
    packages[place] = {
      version,
      ...(processor === undefined ? {} : { cpu: [processor] }),
      ...(owner.dev === true ? { dev: true } : {}),
      ...(owner.license === undefined ? {} : { license: owner.license }),
      optional: true,
      ...(platform === undefined ? {} : { os: [platform] }),
    }
    added += 1
  }
}

const isForeign = (path, entry) => path.includes('node_modules/') && entry.link !== true && entry.inBundle !== true
const withoutHash = Object.entries(packages).filter(([path, entry]) => isForeign(path, entry) && !entry.integrity)
for (const [path, entry] of withoutHash) {
  const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const integrity = execFileSync('npm', ['view', `${name}@${entry.version}`, 'dist.integrity'], { encoding: 'utf8' })
  packages[path] = { ...entry, integrity: integrity.trim() }
}

const sorted = Object.entries(packages).toSorted(([left], [right]) => (left < right ? -1 : 1))
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
console.log(`${file}: ${added} packages added, ${withoutHash.length} hashes filled in`)
