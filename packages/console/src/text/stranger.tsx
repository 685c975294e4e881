import { visibleLine } from './visible-text.ts'

/** One line of someone else's text: isolated in its direction, hidden characters written out, never markup. */
export function Stranger({ text, className }: { text: string; className?: string | undefined }) {
  return <bdi className={className}>{visibleLine(text)}</bdi>
}
