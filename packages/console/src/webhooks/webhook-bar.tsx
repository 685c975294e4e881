import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Stranger } from '../text/stranger.tsx'
import styles from './webhook-bar.module.css'

/** The head of a page below the list of webhooks: the way back, if one is, and what may be done. */
export function WebhookBar(props: { sdkAppId: number; title: string; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className={styles.bar}>
      <Link
        to="/apps/$sdkAppId/webhooks"
        params={{ sdkAppId: String(props.sdkAppId) }}
        activeOptions={{ exact: true }}
        className={styles.back}
      >
        {t('webhooks.title')}
      </Link>
      <IconChevronRight size={14} stroke={1.75} aria-hidden className={styles.arrow} />
      <h1 className={styles.title}>
        <Stranger text={props.title} />
      </h1>
      {props.children}
    </div>
  )
}
