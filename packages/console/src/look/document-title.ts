import { useEffect } from 'react'
import { visibleLine } from '../text/visible-text.ts'

/** Names the page in the browser's tab; what strangers wrote into the name can hide nothing there. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${visibleLine(title, 120)} · livehook`
  }, [title])
}
