import { useTranslation } from 'react-i18next'
import { CopyIconButton } from '../look/copy-button.tsx'
import { parseAdvice, type AdvicePart } from '../text/advice.ts'
import { visibleText } from '../text/visible-text.ts'
import styles from './advice-list.module.css'

/** What to do, sentence by sentence; commands can be copied. */
export function AdviceList({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null
  return (
    <ul className={styles.list}>
      {sentences.map((sentence) => (
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
  return (
    <span className={styles.command}>
      <code dir="ltr">{text}</code>
      <CopyIconButton text={part.text} label={t('copy.command')} />
    </span>
  )
}
