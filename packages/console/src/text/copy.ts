import { useEffect, useRef, useState } from 'react'

export type CopyState = 'ready' | 'copied' | 'failed'

/** How long "Copied" stands. */
const shownMs = 1600

/** Copies text, and says for a moment how it went. */
export function useCopy(): { state: CopyState; copy: (text: string) => void } {
  const [state, setState] = useState<CopyState>('ready')
  const timer = useRef<number | undefined>(undefined)
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const copy = (text: string) => {
    void copyAndTell(text)
  }
  const copyAndTell = async (text: string) => {
    setState((await writeClipboard(text)) ? 'copied' : 'failed')
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setState('ready'), shownMs)
  }
  return { state, copy }
}

/** The clipboard is only there on https and on loopback; elsewhere the old way is tried. */
async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea')
  const focused = document.activeElement
  field.value = text
  field.setAttribute('readonly', '')
  field.style.position = 'fixed'
  field.style.opacity = '0'
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
