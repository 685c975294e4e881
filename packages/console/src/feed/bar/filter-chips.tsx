import { VisuallyHidden } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Stranger } from '../../text/stranger.tsx'
import styles from './filter-chips.module.css'

export interface FilterChip {
  /** The member of the filter, as it stands in the box. */
  readonly member: string
  /** Its value, in a word. */
  readonly word: string
  readonly onRemove: () => void
}

/** Members of the filter that no button of the bar shows, each with a way to let go of it. */
export function FilterChips({ chips }: { chips: readonly FilterChip[] }) {
  const { t } = useTranslation()
  if (chips.length === 0) return null
  return (
    <ul className={styles.chips} aria-label={t('feed.chips')}>
      {chips.map(({ member, word, onRemove }) => (
        <li key={member}>
          <button type="button" className={styles.chip} onClick={onRemove}>
            <VisuallyHidden>{t('feed.removeChip')}</VisuallyHidden>
            <span className={styles.member}>{member}</span>
            <Stranger text={word} className={styles.word} />
            <IconX size={12} stroke={2} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}
