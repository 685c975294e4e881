import { useBlocker } from '@tanstack/react-router'

/** Asks before a page is left on which something was typed that is not kept anywhere. */
export function useLeaveGuard(hasUnsaved: boolean, question: string): void {
  useBlocker({
    // The browser's own question: it stands above everything and takes every key.
    // eslint-disable-next-line no-alert -- see above
    shouldBlockFn: () => !window.confirm(question),
    enableBeforeUnload: () => hasUnsaved,
    disabled: !hasUnsaved,
  })
}
