// One line at the bottom of a terminal that says how far it is. Without a terminal there is none.

import type { CliIo } from '../io.ts'
import { terminalWidth } from './paint.ts'

export interface ProgressBar {
  /** @param part from 0 to 1 */
  show(part: number, text: string): void
  /** Takes the line away. */
  end(): void
}

const barWidth = 24
const redrawEveryMs = 100

/** @param now milliseconds of any clock that does not go back */
export function createProgressBar(stream: CliIo['stderr'], now: () => number): ProgressBar {
  if (stream.isTTY !== true) return { show: () => undefined, end: () => undefined }
  let drawnAt = -redrawEveryMs
  return {
    show(part, text) {
      if (now() - drawnAt < redrawEveryMs && part < 1) return
      drawnAt = now()
      stream.write(`\r\u001b[K${barLine(part, text, terminalWidth(stream) ?? 0)}`)
    },
    end() {
      stream.write('\r\u001b[K')
    },
  }
}

/** Pure. Never wider than the terminal, or it would wrap and could not be drawn over. */
export function barLine(part: number, text: string, width: number): string {
  const full = Math.round(Math.max(0, Math.min(1, part)) * barWidth)
  const line = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${String(Math.floor(part * 100)).padStart(3)} %  ${text}`
  return line.slice(0, Math.max(0, width - 1))
}
