import { useTranslation } from 'react-i18next'
import { maxHeld } from './feed-state.ts'
import styles from './held-chip.module.css'

/** How many new rows wait for being asked for, and the button that shows them. */
export function HeldChip(props: { count: number; isMore: boolean; onShow: () => void }) {
  const { t } = useTranslation()
  const { count } = props
  const isMany = props.isMore || count >= maxHeld
  const many = { count: maxHeld - 1 }
  return (
    <button
      type="button"
      className={styles.held}
      aria-label={isMany ? t('feed.showMany', many) : t('feed.showNew', { count })}
      onClick={props.onShow}
    >
      <span aria-hidden>↑ </span>
      {isMany ? t('feed.newMany', many) : t('feed.new', { count })}
    </button>
  )
}
