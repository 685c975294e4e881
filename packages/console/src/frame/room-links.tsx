import { IconArrowsRightLeft, IconChartBar, IconBook2, IconScale, IconSend, IconWebhook } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import styles from './room-links.module.css'

/** The rooms of an app. */
export function RoomLinks({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation()
  const params = { sdkAppId: String(sdkAppId) }
  return (
    <nav className={styles.rooms} aria-label={t('frame.rooms')}>
      <Link
        to="/apps/$sdkAppId/overview"
        params={params}
        className={styles.link}
        activeOptions={{ includeSearch: false }}
      >
        <IconChartBar size={17} stroke={1.75} aria-hidden />
        {t('frame.overview')}
      </Link>
      <Link
        to="/apps/$sdkAppId/deliveries"
        params={params}
        className={styles.link}
        activeOptions={{ includeSearch: false }}
      >
        <IconArrowsRightLeft size={17} stroke={1.75} aria-hidden />
        {t('frame.deliveries')}
      </Link>
      <Link
        to="/apps/$sdkAppId/decisions"
        params={params}
        className={styles.link}
        activeOptions={{ includeSearch: false }}
      >
        <IconScale size={17} stroke={1.75} aria-hidden />
        {t('frame.decisions')}
      </Link>
      <Link to="/apps/$sdkAppId/webhooks" params={params} className={styles.link}>
        <IconWebhook size={17} stroke={1.75} aria-hidden />
        {t('frame.webhooks')}
      </Link>
      <Link to="/apps/$sdkAppId/try" params={params} className={styles.link} activeOptions={{ includeSearch: false }}>
        <IconSend size={17} stroke={1.75} aria-hidden />
        {t('frame.tryIt')}
      </Link>
      <Link
        to="/apps/$sdkAppId/commands"
        params={params}
        className={styles.link}
        activeOptions={{ includeSearch: false }}
      >
        <IconBook2 size={17} stroke={1.75} aria-hidden />
        {t('frame.commands')}
      </Link>
    </nav>
  )
}
