// The folder of a `livehook dev`: its store, and a note for the command line in other terminals. It is removed at the
// end; what a killed one left behind is removed by the next.

import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeOf } from '../../domain/diagnosis/error-facts.ts'

export interface Scratch {
  readonly folder: string
  /** Tells the command line in other terminals of this user where the service is. */
  announce(target: DevTarget): void
  remove(): void
}

export interface DevTarget {
  readonly url: string
  readonly key: string
}

const prefix = 'livehook-dev-'
const noteName = 'service.json'

export function openScratch(): Scratch {
  for (const { folder, pid } of scratchFolders()) {
    if (!isAlive(pid)) rmSync(folder, { recursive: true, force: true })
  }
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  chmodSync(folder, 0o700)
  return {
    folder,
    announce(target) {
      writeFileSync(join(folder, noteName), JSON.stringify(target), { mode: 0o600 })
    },
    remove() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The service of a `livehook dev` that runs on this machine, if there is one that this user may use. */
export function findRunningDev(): DevTarget | undefined {
  for (const { folder, pid } of scratchFolders().toReversed()) {
    if (!isAlive(pid)) continue
    try {
      return parseNote(readFileSync(join(folder, noteName), 'utf8'))
    } catch {
      // Not announced yet, or another user's.
    }
  }
  return undefined
}

function parseNote(text: string): DevTarget | undefined {
  const note: unknown = JSON.parse(text)
  if (typeof note !== 'object' || note === null || !('url' in note) || !('key' in note)) return undefined
  return typeof note.url === 'string' && typeof note.key === 'string' ? { url: note.url, key: note.key } : undefined
}

function scratchFolders(): { folder: string; pid: number }[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ folder: join(tmpdir(), name), pid: Number(name.slice(prefix.length).split('-', 1)[0]) }))
    .filter(({ pid }) => Number.isSafeInteger(pid) && pid > 0)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, but belongs to somebody else.
    return codeOf(error) === 'EPERM'
  }
}
