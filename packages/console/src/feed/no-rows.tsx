import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Notice } from '../look/notice.tsx'
import styles from './no-rows.module.css'

/** Stands where rows will be in a moment. */
export function RowsToCome() {
  return (
    <div className={styles.rows} aria-hidden>
      {Array.from({ length: 14 }, (_, index) => (
        <div key={index} className={styles.row}>
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  )
}

/** Nothing passes the filter: nothing at all, or nothing of what was looked at so far. */
export function FilteredOut(props: { hasMore: boolean; onMore: () => void; onClear: () => void }) {
  const { t } = useTranslation()
  return (
    <Notice title={t('empty.filteredTitle')}>
      <p>{props.hasMore ? t('empty.filteredSoFar') : t('empty.filtered')}</p>
      <div className={styles.buttons}>
        {props.hasMore && (
          <Button size="compact-sm" variant="default" onClick={props.onMore}>
            {t('empty.lookFurther')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={props.onClear}>
          {t('feed.clearFilter')}
        </Button>
      </div>
    </Notice>
  )
}
