// Room that is kept for a start: opening the data file needs some, and so do the first commits. A service that comes up on a full
// disk takes no events, but it answers asks and shows what is wrong.

import { unlinkSync, writeFileSync } from 'node:fs'

/** The shared memory of the log (32 KiB), and a commit of some dozen pages. */
const roomBytes = 524_288

/** Keeps room, if there is any to keep. */
export function keepRoom(path: string): void {
  try {
    writeFileSync(`${path}-room`, Buffer.alloc(roomBytes), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    // A file that could not be written whole takes room that is needed elsewhere.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) giveRoom(path)
  }
}

/** @returns whether there was any room kept, which is free now */
export function giveRoom(path: string): boolean {
  try {
    unlinkSync(`${path}-room`)
    return true
  } catch {
    return false
  }
}
