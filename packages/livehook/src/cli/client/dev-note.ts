// The note that a running `livehook dev` leaves for the command line in other terminals of the same user: its URL and its
// key. Anyone can write into the temporary folder, so a note counts only if this user owns the note and its folder and
// no one else can write or read them.

import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { codeOf } from '../../domain/diagnosis/error-facts.ts'
import type { CliIo } from '../io.ts'

export interface DevTarget {
  readonly url: string
  readonly key: string
}

type Environment = CliIo['environment']

/** Where notes are looked for, and whose must they be. */
export interface NotePlace {
  readonly environment: Environment
  /** Of this process, if the system has users by number. */
  readonly uid?: number | undefined
}

const noteName = /^dev-([1-9]\d*)\.json$/

/** The place of this process. */
export function ownNotes(environment: Environment): NotePlace {
  return { environment, uid: process.geteuid?.() }
}

/**
 * Writes the note.
 * @returns what removes it; `undefined` if there is no folder that only this user can write into
 */
export function announceDev(place: NotePlace, target: DevTarget): (() => void) | undefined {
  const folder = notesFolder(place)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return undefined
  }
  if (!isPrivate(lstatSync(folder), { place, kind: 'folder' })) return undefined
  for (const { file, pid } of notesIn(folder)) if (!isRunning(pid)) rmSync(file, { force: true })
  const file = join(folder, `dev-${process.pid}.json`)
  rmSync(file, { force: true })
  writeFileSync(file, JSON.stringify(target), { mode: 0o600, flag: 'wx' })
  return () => rmSync(file, { force: true })
}

/** The services of the `livehook dev`s that this user runs on this machine, the newest first. */
export function runningDevs(place: NotePlace): readonly DevTarget[] {
  const folder = notesFolder(place)
  try {
    if (!isPrivate(lstatSync(folder), { place, kind: 'folder' })) return []
  } catch {
    return []
  }
  return notesIn(folder)
    .filter(({ pid }) => isRunning(pid))
    .flatMap(({ file }) => readNote(file, place))
    .toSorted((left, right) => right.writtenAt - left.writtenAt)
    .map(({ target }) => target)
}

/** The folder for files of a run, which the system may put on a disk. */
export function temporaryFolder(environment: Environment): string {
  return environment['TMPDIR'] ?? environment['TEMP'] ?? environment['TMP'] ?? tmpdir()
}

function notesFolder(place: NotePlace): string {
  const { environment, uid } = place
  const runtime = environment['XDG_RUNTIME_DIR']
  if (runtime !== undefined && runtime !== '') {
    try {
      // With sudo it may be another user's.
      if (isPrivate(lstatSync(runtime), { place, kind: 'folder' })) return join(runtime, 'livehook')
    } catch {
      // It is not there.
    }
  }
  return join(temporaryFolder(environment), `livehook-${uid ?? userInfo().username}`)
}

function notesIn(folder: string): readonly { readonly file: string; readonly pid: number }[] {
  return readdirSync(folder).flatMap((name) => {
    const pid = noteName.exec(name)?.[1]
    return pid === undefined ? [] : [{ file: join(folder, name), pid: Number(pid) }]
  })
}

function readNote(file: string, place: NotePlace): { readonly target: DevTarget; readonly writtenAt: number }[] {
  let opened: number | undefined
  try {
    // What is judged is what is read: the opened file, not the path.
    opened = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    const stats = fstatSync(opened)
    if (!isPrivate(stats, { place, kind: 'file' })) return []
    const target = parseNote(readFileSync(opened, 'utf8'))
    return target === undefined ? [] : [{ target, writtenAt: stats.mtimeMs }]
  } catch {
    // Gone in between, a link, or not a note.
    return []
  } finally {
    if (opened !== undefined) closeSync(opened)
  }
}

/** Whether it is of that kind, belongs to this user, and grants nothing to anyone else. A link is neither kind. */
function isPrivate(stats: Stats, { place, kind }: { place: NotePlace; kind: 'file' | 'folder' }): boolean {
  if (kind === 'folder' ? !stats.isDirectory() : !stats.isFile() || stats.nlink !== 1) return false
  // Without numbers for users (Windows) the temporary folder is the user's own.
  return place.uid === undefined || (stats.uid === place.uid && (stats.mode & 0o077) === 0)
}

function parseNote(text: string): DevTarget | undefined {
  const note: unknown = JSON.parse(text)
  if (typeof note !== 'object' || note === null || !('url' in note) || !('key' in note)) return undefined
  return typeof note.url === 'string' && typeof note.key === 'string' ? { url: note.url, key: note.key } : undefined
}

/** A process of another user (`EPERM`) did not write a note of this one. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
