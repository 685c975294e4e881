import { readFileSync, writeFileSync } from 'node:fs'
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const P = lock.packages
let n = 0
for (const [path, p] of Object.entries(P)) {
  for (const [name, range] of Object.entries(p.optionalDependencies ?? {})) {
    const at = `node_modules/${name}`
    if (P[at] || P[`${path}/node_modules/${name}`]) continue
    if (!/^\d+\.\d+\.\d+/.test(range)) {
      console.log('range', path, name, range)
      continue
    }
    const m = name.match(/(android|darwin|freebsd|linux|openharmony|win32|wasm32)/)?.[1]
    const cpu = name.match(/(arm64|x64|ia32|arm|ppc64|riscv64|s390x|wasm32)/)?.[1]
    const e = { version: range, optional: true }
    if (cpu && m !== 'wasm32') e.cpu = [cpu]
    if (p.dev) e.dev = true
    if (p.license) e.license = p.license
    if (m && m !== 'wasm32') e.os = [m]
    P[at] = e
    n++
  }
}
const root = P['']
delete P['']
lock.packages = { '': root, ...Object.fromEntries(Object.entries(P).sort(([a], [b]) => (a < b ? -1 : 1))) }
writeFileSync('package-lock.json', JSON.stringify(lock, null, 2) + '\n')
console.log('added', n)
