import { useTranslation } from 'react-i18next'
import { CommandBlock } from '../../look/command-block.tsx'
import { CopyIconButton } from '../../look/copy-button.tsx'
import { isSameSentence, parseAdvice, type AdvicePart } from '../../text/advice.ts'
import { visibleText } from '../../text/visible-text.ts'
import styles from './advice-list.module.css'

/** Shorter commands stand inside their sentence, longer ones on lines of their own. */
const longestInline = 44

/** What to do, sentence by sentence, without the one that the heading has said already; commands can be copied. */
export function AdviceList({ sentences, heading }: { sentences: readonly string[]; heading: string }) {
  const shown = sentences.filter((sentence) => !isSameSentence(sentence, heading))
  if (shown.length === 0) return null
  return (
    <ul className={styles.list}>
      {shown.map((sentence) => (
        <li key={sentence}>
          {parseAdvice(sentence).map((part, index) => (
            // The parts of a sentence have no other identity than their place.
            // eslint-disable-next-line react/no-array-index-key -- see above
            <Part key={index} part={part} />
          ))}
        </li>
      ))}
    </ul>
  )
}

function Part({ part }: { part: AdvicePart }) {
  const { t } = useTranslation()
  const text = visibleText(part.text)
  if (part.kind === 'words') return text
  if (part.kind === 'code') return <code className={styles.code}>{text}</code>
  if (part.text.length > longestInline) {
    return (
      <div className={styles.block}>
        <CommandBlock command={part.text} />
      </div>
    )
  }
  return (
    <span className={styles.command}>
      <code dir="ltr">{text}</code>
      <CopyIconButton text={part.text} label={t('copy.command')} />
    </span>
  )
}
