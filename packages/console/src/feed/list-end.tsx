import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { FeedLoad } from './feed.ts'
import styles from './list-end.module.css'

/** Below the last row: more is on its way, or could not be loaded, or there is no more. */
export function ListEnd({ load, isAtEnd, onRetry }: { load: FeedLoad; isAtEnd: boolean; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={styles.end}>
      {load.kind === 'failed' && load.what === 'more' ? (
        <>
          <span role="alert">{t('feed.moreFailed')}</span>
          <Button size="compact-xs" variant="default" onClick={onRetry}>
            {t('error.retry')}
          </Button>
        </>
      ) : (
        <span>{isAtEnd ? t('feed.end') : t('feed.loadingMore')}</span>
      )}
    </div>
  )
}
