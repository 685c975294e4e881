import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { classes } from '../../look/classes.ts'
import styles from './feed-bar.module.css'

/** Holds a live list still, or lets it go on. */
export function PauseButton({ isPaused, onPause }: { isPaused: boolean; onPause: () => void }) {
  const { t } = useTranslation()
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause
  return (
    <button
      type="button"
      className={classes(styles.chip, isPaused && styles.isOn)}
      aria-pressed={isPaused}
      onClick={onPause}
    >
      <Icon size={14} stroke={2} aria-hidden />
      {isPaused ? t('feed.resume') : t('feed.pause')}
    </button>
  )
}
