// The folder of a `livehook dev`: its store. It is removed at the end; what a killed one left behind is removed by the next.

import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, temporaryFolder } from '../client/dev-note.ts'
import type { CliIo } from '../io.ts'

export interface Scratch {
  readonly folder: string
  remove(): void
}

const prefix = 'livehook-dev-'

export function openScratch(environment: CliIo['environment']): Scratch {
  const parent = temporaryFolder(environment)
  removeLeftovers(parent)
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`))
  chmodSync(folder, 0o700)
  return {
    folder,
    remove() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Other users' folders, and links, stay. */
function removeLeftovers(parent: string): void {
  const uid = process.geteuid?.()
  for (const name of readdirSync(parent)) {
    const pid = Number(/^livehook-dev-([1-9]\d*)-/.exec(name)?.[1])
    if (Number.isNaN(pid) || isRunning(pid)) continue
    const folder = join(parent, name)
    const stats = lstatSync(folder, { throwIfNoEntry: false })
    if (stats?.isDirectory() === true && (uid === undefined || stats.uid === uid)) {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
